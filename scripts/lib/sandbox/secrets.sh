# Random secrets of one sandbox, each in a file of its own that only its user (and root) can read.
# shellcheck shell=bash

# write_secret FILE TEXT. printf is a builtin, so that no secret is ever an argument of a process.
write_secret() {
    (umask 077 && printf '%s\n' "$2" >"$dir/secrets/$1")
    chown "$server_user:" "$dir/secrets/$1"
    chmod 0400 "$dir/secrets/$1"
}

make_secrets() {
    local name
    mkdir -p "$dir/secrets"
    for name in api-password api-token kube-token kube-acting-token kube-admin-token \
        postgres-tsb postgres-understudy postgres-replication; do
        write_secret "$name" "$(openssl rand -hex 20)"
    done
    write_secret webhook "whsec_$(openssl rand -base64 32)"
}

# What the daemon may know, in copies that its own user can read.
make_bastion_secrets() {
    install -d -o "$bastion_user" -m 0700 "$dir/bastion"
    local name
    for name in api-token kube-token kube-acting-token postgres-understudy tsig webhook; do
        install -o "$bastion_user" -m 0400 "$dir/secrets/$name" "$dir/bastion/$name"
    done
}

read_secret() { cat "$dir/secrets/$1"; }
