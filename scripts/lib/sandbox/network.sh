# The sandbox's own network and files, made from inside.
# shellcheck shell=bash

set_up_network() {
    hostname sandbox
    ip link set lo up
    # named listens only on addresses that an interface has; as a second address of 127.0.0.0/8 it is
    # nobody's source.
    ip address add "$resolver/8" dev lo
    # The stand-ins are unprivileged and listen on 443 and 80.
    sysctl -q -w net.ipv4.ip_unprivileged_port_start=0
    # A program that does not choose its source address appears as the bastion, 127.0.0.1. PostgreSQL cannot
    # choose, so what its user sends to the other plane gets an address of its own plane by a route: a rule
    # that cuts the bastion off then leaves replication alone. Rule 0 (table local) would win; it moves back.
    ip rule add pref 10 lookup local
    ip rule add pref 5 uidrange "$(id -u "$server_user")-$(id -u "$server_user")" lookup 100
    ip rule del pref 0
    ip route add local 127.0.1.0/24 dev lo src 127.0.2.3 table 100
    ip route add local 127.0.2.0/24 dev lo src 127.0.1.3 table 100
}

# Files that a process inside sees in place of the machine's.
set_up_files() {
    mkdir -p "$dir/etc"
    printf 'nameserver %s\noptions timeout:1 attempts:2\n' "$resolver" >"$dir/etc/resolv.conf"
    # No name of the sandbox stands here: when the resolver is gone, names must be gone.
    printf '127.0.0.1 localhost sandbox\n' >"$dir/etc/hosts"
    mount --bind "$dir/etc/resolv.conf" /etc/resolv.conf
    mount --bind "$dir/etc/hosts" /etc/hosts
    mount -t tmpfs -o mode=1777,size=256m tmpfs /dev/shm
}

# Runs a program as USER, without privileges. It must not look for settings in root's home.
as_user() {
    local user=$1
    shift
    HOME=/nonexistent setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups --inh-caps=-all \
        --no-new-privs "$@"
}

# Starts a program in the background as USER; log/NAME.log and run/NAME.pid are its.
spawn() {
    local name=$1 user=$2
    shift 2
    HOME=/nonexistent setsid setpriv --reuid "$user" --regid "$(id -g "$user")" --init-groups --inh-caps=-all \
        --no-new-privs "$@" </dev/null >>"$dir/log/$name.log" 2>&1 9>&- &
    echo $! >"$dir/run/$name.pid"
}

# Prints the id of what spawn started, if it still runs (a zombie does not).
running_pid() {
    local pid state
    read -r pid 2>/dev/null <"$dir/run/$1.pid" || return 1
    state=$(sed 's/.*) //; s/ .*//' "/proc/$pid/stat" 2>/dev/null) || return 1
    [[ $state != Z ]] && echo "$pid"
}
is_running() { running_pid "$1" >/dev/null; }
is_not_running() { ! is_running "$1"; }

# Waits for a part with a deadline; a part that ended early fails at once. Shows the tail of its log.
wait_for_part() {
    local name=$1 seconds=$2
    shift 2
    wait_until "$seconds" holds_or_ended "$name" "$@" && "$@" && return
    say "--- the last lines of $dir/log/$name.log:"
    tail -n 15 "$dir/log/$name.log" >&2 || true
    if is_running "$name"; then
        die "$name is not ready after $seconds s (log above)"
    else
        die "$name ended while it started (log above)"
    fi
}

holds_or_ended() {
    local name=$1
    shift
    "$@" || is_not_running "$name"
}
