# Real PostgreSQL 15 servers: the primary of `east` and two streaming physical standbys in `west`; or, with variant
# `restore`, a primary in each plane, and a job that restores a dump of the one into the other.
# shellcheck shell=bash

readonly postgres_bin=/usr/lib/postgresql/15/bin

postgres_data() { echo "$dir/postgres/$1"; }
# The Unix socket's folder: how a plane reaches its own database, and how this script administers it.
postgres_socket() { echo "$dir/run/postgres-$1"; }

# Makes the sandbox's data folders and starts all servers.
start_postgres() {
    local instance
    install -d -o "$server_user" -m 0750 "$dir/postgres"
    for instance in $(postgres_instances); do
        install -d -o "$server_user" -m 0755 "$(postgres_socket "$instance")"
    done
    make_primary east-1
    [[ $variant != restore ]] || make_primary west-1
    [[ $variant == restore ]] || make_standbys
}

make_standbys() {
    make_standby west-1 &
    local first=$!
    make_standby west-2
    wait "$first"
}

make_primary() {
    copy_template "$(postgres_data "$1")"
    write_instance_settings "$1"
    start_instance "$1"
    set_passwords "$1"
}

make_standby() {
    seed_standby "$1"
    write_instance_settings "$1"
    start_instance "$1"
}

# A data folder with roles and database takes seconds to make, so it is made once per machine and copied.
copy_template() {
    local cache=${UNDERSTUDY_CACHE:-/var/cache/understudy} template
    template=$cache/postgres-$("$postgres_bin/postgres" --version | sed 's/[^0-9.]*\([0-9.]*\).*/\1/')-$(template_key)
    mkdir -p "$cache"
    (
        flock 8
        [[ -e $template/PG_VERSION ]] || make_template "$template"
    ) 8>"$cache/lock"
    cp -a --reflink=auto "$template" "$1"
}

# Another recipe makes another template.
template_key() { { declare -f make_template; declare -f template_statements; } | sha256sum | cut -c 1-12; }

make_template() {
    local template=$1 draft=$1.draft
    rm -rf "$draft"
    install -d -o "$server_user" -m 0750 "$draft"
    say "sandbox: making the PostgreSQL template $template (once per machine)"
    as_user "$server_user" "$postgres_bin/initdb" --pgdata "$draft" --auth=peer --encoding=UTF8 \
        --locale=C.UTF-8 --no-sync --no-instructions >"$dir/log/initdb.log" 2>&1 ||
        die "initdb failed: $(tail -n 3 "$dir/log/initdb.log")"
    template_statements | as_user "$server_user" "$postgres_bin/postgres" --single -F -j -D "$draft" postgres \
        >>"$dir/log/initdb.log" 2>&1 || die "preparing the template failed: $(tail -n 3 "$dir/log/initdb.log")"
    mv "$draft" "$template"
}

# Passwords are set in each sandbox, not here. `understudy` can look and not touch.
template_statements() {
    cat <<'END'
CREATE ROLE replication LOGIN REPLICATION;

CREATE ROLE tsb LOGIN;

CREATE ROLE understudy LOGIN IN ROLE pg_monitor;

CREATE DATABASE tsb OWNER tsb;

END
}

# Statements come by standard input, so that no password is an argument of a process.
run_sql() { as_user "$server_user" psql -X -q -A -t -v ON_ERROR_STOP=1 -h "$(postgres_socket "$1")" -d postgres; }

set_passwords() {
    local role
    for role in tsb understudy replication; do
        printf "ALTER ROLE %s PASSWORD '%s';\n" "$role" "$(read_secret "postgres-$role")"
    done | run_sql "$1"
}

# The way Kubegres seeds a replica, with the password in a file instead of the environment.
seed_standby() {
    local passfile=$dir/secrets/postgres-$1.pgpass
    printf '*:*:*:replication:%s\n' "$(read_secret postgres-replication)" >"$passfile"
    chown "$server_user:" "$passfile"
    chmod 0400 "$passfile"
    as_user "$server_user" "$postgres_bin/pg_basebackup" --checkpoint=fast --no-sync --write-recovery-conf \
        --pgdata "$(postgres_data "$1")" --dbname "host=$(postgres_name east-1) hostaddr=$(postgres_address east-1) \
user=replication passfile=$passfile sslmode=verify-full sslrootcert=$dir/tls/ca.pem \
application_name=${1/-/_}" >"$dir/log/basebackup-$1.log" 2>&1 ||
        die "pg_basebackup for $1 failed: $(tail -n 3 "$dir/log/basebackup-$1.log")"
}

write_instance_settings() {
    local data
    data=$(postgres_data "$1")
    cat >"$data/postgresql.conf" <<END
listen_addresses = '$(postgres_address "$1")'
unix_socket_directories = '$(postgres_socket "$1")'
cluster_name = '${1/-/_}'
ssl = on
ssl_cert_file = '$dir/tls/postgres-$1.pem'
ssl_key_file = '$dir/tls/postgres-$1.key'
wal_level = replica
hot_standby = on
# The data is worth nothing: quick rather than durable.
fsync = off
full_page_writes = off
shared_buffers = 16MB
max_connections = 60
max_wal_senders = 10
min_wal_size = 32MB
max_wal_size = 128MB
# No slots, as with Kubegres; but two base backups side by side, or a fault of minutes, must not cost a standby.
wal_keep_size = 96MB
# A broken connection is noticed and mended within seconds.
wal_receiver_status_interval = 1s
wal_receiver_timeout = 5s
wal_sender_timeout = 5s
wal_retrieve_retry_interval = 500ms
timezone = 'UTC'
log_timezone = 'UTC'
log_line_prefix = '%m [%p] %u@%d %h '
END
    cat >"$data/pg_hba.conf" <<END
local   all         $server_user                peer
local   tsb         tsb                         scram-sha-256
hostssl tsb         tsb         127.0.0.0/8     scram-sha-256
hostssl all         understudy  127.0.0.0/8     scram-sha-256
hostssl replication replication 127.0.0.0/8     scram-sha-256
END
    chown "$server_user:" "$data/postgresql.conf" "$data/pg_hba.conf"
}

# pg_ctl waits until the server accepts connections; it does so over no connection, by the server's pid file.
# Prints the command as one word per line, for whoever runs it: this script or the stand-in Kubegres.
postgres_control() {
    local instance=$1 verb=$2
    printf '%s\n' "$postgres_bin/pg_ctl" "$verb" -D "$(postgres_data "$instance")" -s -w -t 30
    case $verb in
        start) printf '%s\n' -l "$dir/log/postgres-$instance.log" ;;
        restart) printf '%s\n' -m fast -l "$dir/log/postgres-$instance.log" ;;
        stop) printf '%s\n' -m fast ;;
    esac
}

control_instance() {
    local -a command
    mapfile -t command < <(postgres_control "$@")
    as_user "$server_user" "${command[@]}" </dev/null 9>&- >>"$dir/log/pg_ctl.log" 2>&1
}

instance_runs() { as_user "$server_user" "$postgres_bin/pg_ctl" status -s -D "$(postgres_data "$1")" >/dev/null 2>&1; }

start_instance() {
    instance_runs "$1" && return
    control_instance "$1" start && return
    say "--- the last lines of $dir/log/postgres-$1.log:"
    tail -n 15 "$dir/log/postgres-$1.log" >&2 || true
    die "PostgreSQL $1 did not start (log above)"
}

stop_instance() {
    instance_runs "$1" || return 0
    control_instance "$1" stop || die "PostgreSQL $1 does not stop: $(tail -n 2 "$dir/log/pg_ctl.log")"
}

# Both standbys receive what the primary writes.
replication_streams() {
    [[ $(run_sql east-1 <<<"SELECT count(*) FROM pg_stat_replication WHERE state = 'streaming'") == 2 ]]
}

# What `east` writes arrives in `west`: as a stream, or once a dump of it was restored.
standby_follows() {
    case $variant in
        restore) has_restored ;;
        *) replication_streams ;;
    esac
}
has_restored() {
    [[ $(kubectl --kubeconfig "$dir/kubeconfig/west.admin.kubeconfig" get jobs \
        -o 'jsonpath={.items[*].status.succeeded}' 2>>"$dir/log/kubectl.log") == *1* ]]
}

# The job's program: a dump of the active plane's database takes the place of the standby's, in one transaction.
write_restore_program() {
    local file=$dir/standins/restore passfile=$dir/secrets/postgres-restore.pgpass
    printf '*:*:*:tsb:%s\n' "$(read_secret postgres-tsb)" >"$passfile"
    chown "$server_user:" "$passfile"
    chmod 0400 "$passfile"
    cat >"$file" <<END
#!/usr/bin/env bash
set -euo pipefail
export PGPASSFILE=$passfile
$postgres_bin/pg_dump --clean --if-exists "host=$(postgres_name east-1) hostaddr=$(postgres_address east-1) \\
user=tsb dbname=tsb sslmode=verify-full sslrootcert=$dir/tls/ca.pem connect_timeout=2" |
    psql -X -q -v ON_ERROR_STOP=1 --single-transaction "host=$(postgres_socket west-1) user=tsb dbname=tsb" >/dev/null
END
    chmod 0755 "$file"
}
