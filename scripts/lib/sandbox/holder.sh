# The namespaces of a sandbox, seen from outside: one process holds them, and its death ends everything.
# shellcheck shell=bash

# A process is named by its id and its start time, so that a reused id is never taken for ours.
identify() {
    local stat
    local -a fields
    read -r stat 2>/dev/null <"/proc/$1/stat" || return 1
    # The name before the last parenthesis may hold anything; the start time is field 22 of the whole line.
    read -ra fields <<<"${stat##*) }"
    echo "$1 ${fields[19]}"
}

# Prints the id that FILE identifies, if that very process still runs.
read_identity() {
    local pid started
    read -r pid started 2>/dev/null <"$1" || return 1
    [[ $(identify "$pid") == "$pid $started" ]] && echo "$pid"
}

init_pid() { read_identity "$dir/run/init.identity"; }
is_up() { init_pid >/dev/null; }

# Network, mounts, processes and shared memory of its own: nothing in it can meet another sandbox, and
# the kernel kills every process inside when its init ends.
start_holder() {
    local init
    setsid unshare --net --mount --pid --ipc --uts --fork --kill-child --mount-proc \
        "$root/scripts/lib/sandbox/init" <"/dev/null" >"$dir/log/init.log" 2>&1 9>&- &
    holder=$!
    wait_until "$patience" pgrep -P "$holder" -f sandbox/init >/dev/null ||
        die "cannot make the sandbox's namespaces: $(tail -n 3 "$dir/log/init.log"); in a container it needs CAP_SYS_ADMIN"
    init=$(pgrep -P "$holder" -f sandbox/init)
    identify "$init" >"$dir/run/init.identity"
}

# Ends the sandbox when process OWNER ends, however that happens: a test that is killed leaves nothing.
start_watch() {
    local owner=$1
    setsid bash -c 'tail --pid="$1" -s 0.2 -f /dev/null; kill -KILL "$2"' watch "$owner" "$(init_pid)" \
        </dev/null >/dev/null 2>&1 9>&- &
    identify $! >"$dir/run/watch.identity"
}

stop_watch() {
    local pid
    pid=$(read_identity "$dir/run/watch.identity") && kill -KILL -- "-$pid" 2>/dev/null
    rm -f "$dir/run/watch.identity"
}

# Ends every process of the sandbox. Idempotent.
stop_holder() {
    local pid
    stop_watch || true
    if pid=$(init_pid); then
        kill -KILL "$pid"
        wait_until "$patience" is_down || die "process $pid of sandbox $dir does not end; see: ps -fp $pid"
    fi
    # Interrupted between its start and the note of its identity; its child dies with it.
    [[ -z ${holder:-} ]] || kill -KILL "$holder" 2>/dev/null || true
    rm -f "$dir/run/init.identity"
}

is_down() { ! is_up; }

require_up() {
    [[ -e $dir/run/init.identity ]] || die "there is no sandbox in $dir; start one with: $0 up $dir"
    is_up || die "the sandbox in $dir has ended; start it again with: $0 up $dir"
}

# nsenter's arguments that lead into FOLDER of the sandbox, in the array `into`; into / where it has no such folder.
find_way_in() {
    local pid folder=$1
    pid=$(init_pid) || die "the sandbox in $dir has ended; start it again with: $0 up $dir"
    [[ -d /proc/$pid/root$folder ]] || folder=/
    into=(nsenter --target "$pid" --net --mount --pid --ipc --uts "--wdns=$folder")
}
