# What a client of the sandbox needs: kubeconfig files and the daemon's configuration.
# shellcheck shell=bash

# kubeconfig/NAME.kubeconfig is the daemon's (read only), NAME.admin.kubeconfig a person's.
write_kubeconfigs() {
    local cluster
    install -d -m 0755 "$dir/kubeconfig"
    for cluster in $planes $(cluster_names); do
        write_kubeconfig "$cluster" understudy bastion/kube-token "$cluster"
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
            printf '\n[[control_plane]]\nname = "%s"\nkubeconfig = "kubeconfig/%s.kubeconfig"\n' "$cluster" "$cluster"
        done
        write_witness_settings
    } >"$dir/understudy.toml"
}

write_general_settings() {
    cat <<END
# The pair of the sandbox $dir. Relative paths are below that folder.
mode = "observe"
variant = "embedded-sync"
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
