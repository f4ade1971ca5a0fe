# Messages that every script shares. Source it; it defines functions and nothing else.
# shellcheck shell=bash

# What a script is doing, for people; standard output stays for results.
say() { printf '%s\n' "$*" >&2; }

# Ends the script: what was tried, on what, and what to do next.
die() {
    printf '%s: %s\n' "${0##*/}" "$*" >&2
    exit 1
}

# A misuse of the command line ends with 2, so that callers can tell it from a failure.
usage_error() {
    printf '%s: %s (try --help)\n' "${0##*/}" "$*" >&2
    exit 2
}

# Prints the comment block at the top of a script: its help is where its reader looks anyway.
print_header_as_help() { sed -n '2,/^[^#]/{/^#/!d;s/^# \{0,1\}//;p}' "$1"; }

require_root() {
    [[ $EUID -eq 0 ]] || die "$1 needs root; run: sudo $0 ${*:2}"
}

# The sandbox runs what is built as other users. It makes them a way to a clone below a closed folder, not into a clone
# that is closed itself, as under umask 077. Better said before a build than after it.
require_open_clone() {
    [[ $(stat -c %A "$root") == *x ]] || die "the sandbox's users may not enter $root; run: chmod -R go+rX $root"
}

# Waits for `condition args...` to hold, for at most SECONDS; looks every `poll_pause` seconds.
poll_pause=0.05
wait_until() {
    local seconds=$1 deadline
    shift
    deadline=$((${EPOCHREALTIME/[.,]/} + seconds * 1000000))
    until "$@"; do
        ((${EPOCHREALTIME/[.,]/} < deadline)) || return 1
        sleep "$poll_pause"
    done
}
