# What a client of the sandbox needs: kubeconfig files and the daemon's configuration.
# shellcheck shell=bash

# kubeconfig/NAME.kubeconfig is the daemon's (read only), NAME.admin.kubeconfig a person's.
write_kubeconfigs() {
    local cluster
    install -d -m 0755 "$dir/kubeconfig"
    for cluster in $planes $(cluster_names); do
        write_kubeconfig "$cluster" understudy kube-token "$cluster"
        write_kubeconfig "$cluster" admin kube-admin-token "$cluster.admin"
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
    tokenFile: $dir/secrets/$token
contexts:
- name: $cluster
  context:
    cluster: $cluster
    user: $user
    namespace: $([[ $planes == *"$cluster"* ]] && echo tsb || echo istio-system)
END
    chmod 0600 "$file"
}
