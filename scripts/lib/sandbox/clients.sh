# What a client of the sandbox needs: kubeconfig files and the daemon's configuration.
# shellcheck shell=bash

# kubeconfig/NAME.kubeconfig is what the daemon watches with (read only), NAME.acting.kubeconfig what it acts with,
# NAME.admin.kubeconfig a person's.
write_kubeconfigs() {
    local cluster
    install -d -m 0755 "$dir/kubeconfig"
    for cluster in $planes $(cluster_names); do
        write_kubeconfig "$cluster" understudy bastion/kube-token "$cluster"
        write_kubeconfig "$cluster" understudy-acting bastion/kube-acting-token "$cluster.acting"
        write_kubeconfig "$cluster" admin secrets/kube-admin-token "$cluster.admin"
    done
}

write_kubeconfig() {
    local cluster=$1 user=$2 token=$3 file=$dir/kubeconfig/$4.kubeconfig
    cat >"$file" <<END
apiVersion: v1
kind: Config
current-context: $cluster
clusters:
- name: $cluster
  cluster:
    server: https://k8s.$cluster.tsb.test:6443
    certificate-authority: $dir/tls/ca.pem
users:
- name: $user
  user:
    tokenFile: $dir/$token
contexts:
- name: $cluster
  context:
    cluster: $cluster
    user: $user
    namespace: $([[ $planes == *"$cluster"* ]] && echo tsb || echo istio-system)
END
    chown "$bastion_user:" "$file"
    chmod 0600 "$file"
}

# A configuration of the daemon for this pair; docs/configuration.md explains every key.
write_daemon_settings() {
    local plane cluster
    make_bastion_secrets
    install -d -o "$bastion_user" -m 0700 "$dir/state"
    {
        write_general_settings
        for plane in $planes; do write_plane_settings "$plane"; done
        for cluster in $(cluster_names); do
            printf '\n[[control_plane]]\nname = "%s"\nkubeconfig = "kubeconfig/%s.kubeconfig"\npeer_label = "peer"\n' "$cluster" "$cluster"
            write_acting_kubeconfig "$cluster"
        done
        write_acting_settings
        write_witness_settings
    } >"$dir/understudy.toml"
}

write_general_settings() {
    cat <<END
# The pair of the sandbox $dir. Relative paths are below that folder.
mode = "$mode"
variant = "$variant"
observer = "sandbox"
state_directory = "$dir/state"

[floating]
name = "$floating_name"
servers = ["$resolver"]

[detector]
profile = "$profile"
END
    # Control planes exchange configuration every second here, in place of every minute: a few missed
    # exchanges are a loss, and the whole story fits into seconds.
    [[ $profile == default ]] || printf 'sync_stale = "4s"\n'
    cat <<END

[listen]
address = "127.0.0.1:9189"

[admin]
socket = "$dir/bastion/admin.sock"
group = "$bastion_user"
END
}

write_plane_settings() {
    local plane=$1 instance role=standby
    [[ $plane == east ]] && role=active
    cat <<END

[[plane]]
name = "$plane"
role = "$role"
host = "$plane.tsb.test"
probes = "tsb"
organization = "tetrate"
ca_file = "tls/ca.pem"
credentials = { kind = "tetrate-token", file = "bastion/api-token" }
kubeconfig = "kubeconfig/$plane.kubeconfig"
END
    write_acting_kubeconfig "$plane"
    for instance in $(instances_of "$plane"); do
        cat <<END

[[plane.postgres]]
instance = "pg${instance#*-}"
host = "$(postgres_name "$instance")"
user = "understudy"
database = "postgres"
password_file = "bastion/postgres-understudy"
sslmode = "verify-full"
ca_file = "tls/ca.pem"
END
    done
}

write_witness_settings() {
    local canary
    for canary in a b; do
        cat <<END

[[canary]]
name = "canary-$canary"
domain = "site-$canary"
tls = "canary-$canary.test:443"
ca_file = "tls/ca.pem"
END
    done
    cat <<END

[[receiver]]
name = "hooks"
kind = "webhook"
url = "http://hooks.test:8080/alerts"
secret_files = ["bastion/webhook"]
END
}

# In the restore variant nothing has to be promoted: its database is a primary already.
promote_patch() {
    [[ $variant == restore ]] || printf '%s\n' \
        "patch = '{\"spec\":{\"components\":{\"kubegres\":{\"standby\":{\"enabled\":false}}}}}'"
}

is_acting() { [[ $mode != observe ]]; }

write_acting_kubeconfig() {
    is_acting || return 0
    printf 'acting_kubeconfig = "kubeconfig/%s.acting.kubeconfig"\n' "$1"
}

# Seconds where a real site would choose minutes, and a waiver that a real site would think about for longer:
# nothing is hurt here, and the whole story has to fit into half a minute.
write_acting_settings() {
    is_acting || return 0
    cat <<END

[acting]
instance = "sandbox"
max_automatic_runs = 1
approval_expires = "10m"

[acting.effect]
deadline = "8s"
server_limit = "5s"
poll = "200ms"
retry = "500ms"
attempts_max = 20

[fence]
deployments = ["tsb", "iam"]
when_unfenceable = "proceed-if-dark"
dark_for = "5s"
stable_for = "1s"
deadline = "30s"
connection_holders = ["central", "envoy"]

[fence.waiver]
by = "the sandbox"
why = "nothing real is behind these planes"
when = "$(date --utc +%F)"

[quiet]
deadline = "60s"

[promote]
$(promote_patch)
replicas = 1
deadline = "60s"
stable_for = "1s"
management_plane = "managementplane"
kubegres = "tsb-postgres"

[serve]
deadline = "60s"

[floating.update]
server = "$resolver"
zone = "tsb.test"
key_name = "understudy"
key_algorithm = "hmac-sha256"
key_file = "bastion/tsig"
ttl = "${floating_ttl}s"
token_record = "$token_record"
deadline = "20s"

[rejoin]
laggards_after = "2s"
deadline = "60s"
restart_edge = true
edge = "edge"
namespace = "istio-system"
token_error = 'xcp_edge_stream_connect_count{statusLabel="unauthenticated"}'
token_wait = "5s"
END
}
