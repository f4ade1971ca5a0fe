# Who lives where in a sandbox; sandbox/README.md has the table for people.
# shellcheck shell=bash
#
# Every file of lib/sandbox uses these, set by scripts/sandbox: root (the repository), dir (the sandbox's
# folder), and after load_settings: build, profile, mode, variant,
# clusters.

readonly floating_name=active.tsb.test
readonly floating_ttl=2
# Says which run moved the floating name last.
readonly token_record=_understudy.$floating_name
readonly bastion=127.0.0.1
readonly resolver=127.0.0.53
readonly planes='east west'

# PostgreSQL and the stand-ins run as this user: the stand-in Kubegres promotes and restarts the servers.
readonly server_user=postgres
# The daemon and other clients: not the servers' user, whose packets get their own plane's address.
readonly bastion_user=daemon

# The first three bytes of a plane's addresses.
plane_prefix() {
    case $1 in
        east) echo 127.0.1 ;;
        west) echo 127.0.2 ;;
        *) die "no plane is called '$1'; there are: $planes" ;;
    esac
}

front_address() { echo "$(plane_prefix "$1").1"; }
kube_address() { echo "$(plane_prefix "$1").2"; }

cluster_names() { seq -f 'c%g' 1 "$clusters"; }
cluster_address() { echo "127.0.3.${1#c}"; }

# PostgreSQL instances: NAME is PLANE-INDEX. With variant `restore` each plane has a primary of its own.
postgres_instances() {
    case $variant in
        restore) printf '%s\n' east-1 west-1 ;;
        *) printf '%s\n' east-1 west-1 west-2 ;;
    esac
}
postgres_address() { echo "$(plane_prefix "${1%-*}").$((2 + ${1#*-}))"; }
postgres_name() { echo "pg${1#*-}.${1%-*}.tsb.test"; }

readonly canary_a=127.0.4.1
readonly canary_b=127.0.5.1
readonly hooks=127.0.6.1

# Seconds that any one part may take. An idle machine needs a fraction of it; a busy one must not fail for it.
readonly patience=30

# What `up` was told, for the commands that come later.
save_settings() {
    printf '%s=%q\n' build "$build" profile "$profile" mode "$mode" variant "$variant" clusters "$clusters" \
        >"$dir/run/settings"
}
load_settings() {
    # shellcheck disable=SC1091
    source "$dir/run/settings"
}
