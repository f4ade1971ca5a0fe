# A sandbox with the daemon watching it: starts it, and asks it. Uses the caller's variables root, build
# (the build folder), dir (the sandbox's folder) and socket (the daemon's admin socket).
# shellcheck shell=bash

# start_pair PROFILE [OPTION...]: a sandbox in the new folder dir.
start_pair() {
    "$root/scripts/sandbox" up "$dir" --build "$build" --profile "$@"
    socket=$dir/bastion/admin.sock
}

start_watching() {
    "$root/scripts/sandbox" start "$dir" understudy -- "$build/daemon/understudy" run --config "$dir/understudy.toml"
}

inside() { "$root/scripts/sandbox" exec "$dir" -- "$@"; }
# The daemon's process id, as the sandbox's processes see it.
daemon_pid() { cat "$dir/run/understudy.pid"; }

require_build() {
    [[ -x $build/daemon/understudy && -x $build/sandbox/understudy-standin ]] ||
        die "$build holds no daemon and no stand-in; build them: scripts/build, or name another folder with --build"
}

status_json() { "$build/daemon/understudy" status --socket "$socket" --json 2>/dev/null; }
# A jq condition on the status.
status_says() { status_json | jq -e "$@" >/dev/null 2>&1; }

active_is='(.planes[] | select(.name == "east"))'
readonly active_is

is_at_rest() {
    status_says "$active_is.verdict == \"healthy\" and ($active_is.bursting | not)
        and .roles.active == \"east\" and .blind == null and .standby.ready"
}
# At rest, and every probe has spoken since the start.
is_settled() {
    is_at_rest && status_says '(.gates[] | select(.name == "warmed_up") | .open) and all(.signals[]; .state != "unknown")'
}
verdict_is() { status_says --arg verdict "$1" "$active_is.verdict == \$verdict"; }

summary_line() {
    status_json | jq -r "$active_is | \"east is \(.verdict) (\(.reason)), \" + (.evidence | to_entries | map(\"\(.key) \(.value.state)\") | join(\", \"))" ||
        echo "nothing"
}

explain_daemon() {
    say "--- the last lines of the daemon's log:"
    tail -n 20 "$dir/log/understudy.log" >&2 || true
}

# The longest of the detection times that the daemon derives from its settings, in seconds, rounded up.
find_worst_case() {
    "$build/daemon/understudy" check-config --config "$dir/understudy.toml" |
        sed -n 's/^east: .*verdict within \([^,]*\),.*/\1/p' | to_seconds | sort -n | tail -n 1
}

# 850ms, 8.5s, 1m30s, 2h -> seconds, rounded up.
to_seconds() {
    awk '{
        total = 0
        while (match($0, /^ *[0-9.]+(ms|[smhd])/)) {
            part = substr($0, RSTART, RLENGTH); $0 = substr($0, RSTART + RLENGTH)
            unit = part; sub(/^[ 0-9.]+/, "", unit)
            total += part * (unit == "ms" ? 0.001 : unit == "s" ? 1 : unit == "m" ? 60 : unit == "h" ? 3600 : 86400)
        }
        print int(total) + (total > int(total))
    }'
}

seconds_since() { awk -v now="$EPOCHREALTIME" -v then="$1" 'BEGIN { printf "%.1f", now - then }'; }
