# What scripts/demo states, checks and shows. Uses its variables: root, build, dir, socket, fault.
# shellcheck shell=bash

readonly floating_name=active.tsb.test
readonly evidence_classes='api agents kubernetes database clients'
statements=()

# --- Statements. Nothing is printed as a fact that was not checked just before.

# state TEXT CHECK...: prints TEXT when CHECK holds, and ends the demonstration when it does not.
state() {
    local text=$1
    shift
    "$@" || die "this does not hold: $text. The daemon says: $(summary_line). Its log: $(tail -n 3 "$dir/log/understudy.log" 2>/dev/null)"
    statements+=("$text")
    printf '  [checked] %s\n' "$text"
}

explain_daemon() {
    say "--- the last lines of the daemon's log:"
    tail -n 20 "$dir/log/understudy.log" >&2 || true
}

# --- What is expected of a fault: one row of the table.

# Sets breaks, verdict, reason, expected (class=state words) and evidence_in_words.
read_expectation() {
    local row
    local -a cells
    row=$(grep -E "^$1 +\|" "$root/sandbox/faults.table") || return 1
    IFS='|' read -ra cells < <(sed 's/ *| */|/g; s/ *$//' <<<"$row")
    breaks=${cells[1]} verdict=${cells[7]} reason=${cells[8]}
    expected="api=${cells[2]} agents=${cells[3]} kubernetes=${cells[4]} database=${cells[5]} clients=${cells[6]}"
    evidence_in_words=''
    local class
    for class in $expected; do evidence_in_words+=${evidence_in_words:+, }${class/=/ }; done
}

# --- What the daemon says.

status_json() { "$build/daemon/understudy" status --socket "$socket" --json 2>/dev/null; }
# A jq condition on the status.
status_says() { status_json | jq -e "$@" >/dev/null 2>&1; }

active_is='(.planes[] | select(.name == "east"))'
readonly active_is

is_at_rest() {
    status_says "$active_is.verdict == \"healthy\" and .roles.active == \"east\" and .blind == null and .standby.ready"
}
verdict_is_expected() {
    status_says --arg verdict "$verdict" --arg reason "$reason" \
        "$active_is | .verdict == \$verdict and .reason == \$reason"
}
verdict_is_not_failed() { status_says "$active_is.verdict != \"failed\""; }
evidence_is_expected() { [[ $(evidence_now) == "$expected" ]]; }
evidence_now() {
    status_json | jq -r --arg classes "$evidence_classes" \
        "$active_is.evidence as \$e | \$classes | split(\" \") | map(\"\(.)=\(\$e[.].state)\") | join(\" \")"
}
summary_line() {
    status_json | jq -r "$active_is | \"east is \(.verdict) (\(.reason)), \" + (.evidence | to_entries | map(\"\(.key) \(.value.state)\") | join(\", \"))" ||
        echo "nothing"
}

# --- What the world says.

sandbox_is_up() { "$root/scripts/sandbox" status "$dir" >/dev/null; }
sandbox_is_down() { ! sandbox_is_up; }

floating_name_is_untouched() {
    [[ $("$root/scripts/sandbox" exec "$dir" -- dig +short @127.0.0.53 "$floating_name" CNAME) == east.tsb.test. ]]
}

# alert_is_delivered firing|resolved: exactly one signed delivery of the failure's alert.
alert_is_delivered() {
    [[ $(jq -s --arg status "$1" '[.[] | select(.signature == "valid" and .status == 200) | .body | fromjson
        | .alerts[] | select(.labels.alertname == "UnderstudyPlaneFailed" and .status == $status)] | length' \
        "$dir/hooks/received.jsonl" 2>/dev/null) == 1 ]]
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

# --- The view: one that refreshes on a terminal, a line per change elsewhere.

title='Understudy watches'
since=''
last_summary=''

show() {
    if [[ -t 1 ]]; then
        local view
        view=$("$build/daemon/understudy" status --socket "$socket" 2>&1) || view='the daemon does not answer yet'
        printf '\033[H\033[2J'
        ((${#statements[@]} == 0)) || printf '  [checked] %s\n' "${statements[@]}"
        printf '== %s: %s s\n\n%s\n' "$title" "$(seconds_since "${since:-$EPOCHREALTIME}")" "$view"
        sleep 0.2 # for the eye; what is waited for is a condition
    else
        local summary
        summary=$(summary_line 2>/dev/null) || return 0
        [[ -z $summary || $summary == "$last_summary" ]] || printf '  %s\n' "$summary"
        last_summary=$summary
    fi
}

# Shows until CHECK holds, for at most SECONDS.
wait_and_show() {
    local seconds=$1
    shift
    show
    wait_until "$seconds" show_and_check "$@"
}
show_and_check() {
    show
    "$@"
}

# Shows for SECONDS while CHECK holds; fails as soon as it does not.
watch_for() {
    local seconds=$1
    shift
    ! wait_until "$seconds" show_and_see_wrong "$@"
}
show_and_see_wrong() {
    show
    ! "$@"
}
