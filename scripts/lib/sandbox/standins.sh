# The stand-in processes: their configuration, how they start, how they are told. sandbox/README.md holds
# the contract with the program.
# shellcheck shell=bash

readonly api_user=understudy
standin_program() { echo "$build/sandbox/understudy-standin"; }
control_socket() { echo "$dir/control/$1.sock"; }

require_standin() {
    [[ -x $(standin_program) ]] ||
        die "$(standin_program) is not there; build it (scripts/build) or name another build folder with --build"
}

# tell SOCKET-NAME JSON: one command, one answer; an answer that is not ok fails.
tell() {
    local answer
    answer=$("$(standin_program)" control "$(control_socket "$1")" "$2" 2>&1) ||
        die "the stand-in '$1' refused $2: ${answer:-no answer}; its log: $dir/log/$1.log"
}
answers() { "$(standin_program)" control "$(control_socket "$1")" '{"cmd":"ping"}' >/dev/null 2>&1; }

write_standin_settings() {
    local plane
    install -d -o "$server_user" -m 0755 "$dir/control"
    mkdir -p "$dir/standins"
    for plane in $planes; do
        front_settings "$plane" >"$dir/standins/front-$plane.json"
        plane_kube_settings "$plane" >"$dir/standins/kube-$plane.json"
    done
    workload_kube_settings >"$dir/standins/kube-clusters.json"
}

certificate_json() {
    jq -n --arg file "$dir/tls/$1" '{certificate: ($file + ".pem"), key: ($file + ".key")}'
}

front_settings() {
    local plane=$1
    jq -n \
        --arg plane "$plane" --arg address "$(front_address "$plane")" \
        --argjson api_certificate "$(certificate_json "$plane-front")" \
        --argjson expired_certificate "$(certificate_json "$plane-front-expired")" \
        --argjson agents_certificate "$(certificate_json "$plane-central")" \
        --arg user "$api_user" --arg secrets "$dir/secrets" \
        --arg clusters "$(cluster_names)" --arg database "$(postgres_sockets "$plane")" \
        --arg kube_control "$(control_socket "kube-$plane")" --arg control "$(control_socket "front-$plane")" '
        {$plane, organization: "tetrate", $address, $api_certificate, $expired_certificate, $agents_certificate,
         users: [{name: $user, password_file: "\($secrets)/api-password"}],
         tokens: [{name: $user, token_file: "\($secrets)/api-token"}],
         clusters: ($clusters | split("\n")),
         database: {host: $database, user: "tsb", password_file: "\($secrets)/postgres-tsb", name: "tsb"},
         $kube_control, kube_cluster: $plane, $control}'
}

# kube_users RULES: what the daemon acts with may do what RULES say and nothing else.
kube_users() {
    jq -n --arg secrets "$dir/secrets" --argjson may "$1" '[
        {name: "understudy", token_file: "\($secrets)/kube-token", access: "read"},
        {name: "understudy-acting", token_file: "\($secrets)/kube-acting-token", access: "read", $may},
        {name: "admin", token_file: "\($secrets)/kube-admin-token", access: "full"}]'
}

acting_rules_of_plane() {
    jq -n '[
        {resource: "configmaps", verbs: ["create"], names: []},
        {resource: "configmaps", verbs: ["patch"], names: ["understudy"]},
        {resource: "deployments.apps", verbs: ["patch"], names: ["tsb", "iam", "central", "envoy"]},
        {resource: "cronjobs.batch", verbs: ["patch"], names: ["tsb-restore"]},
        {resource: "managementplanes.install.tetrate.io", verbs: ["patch"], names: ["managementplane"]}]'
}

acting_rules_of_cluster() {
    jq -n '[
        {resource: "deployments.apps", verbs: ["patch"], names: ["edge", "tsb-operator-control-plane"]},
        {resource: "secrets", verbs: ["delete"],
         names: ["otel-token", "oap-token", "ngac-token", "xcp-edge-central-auth-token"]}]'
}

# As libpq takes several hosts.
postgres_sockets() {
    local instance
    for instance in $(instances_of "$1"); do postgres_socket "$instance"; done | paste -sd,
}

instances_of() { postgres_instances | grep "^$1-"; }

instance_json() {
    local instance=$1 role=replica
    [[ ${instance%-*} == east || $variant == restore ]] && role=primary
    jq -n --argjson index "${instance#*-}" --arg host "$(postgres_socket "$instance")" --arg role "$role" \
        --arg promote "$(postgres_control "$instance" promote)" \
        --arg restart "$(postgres_control "$instance" restart)" '
        {$index, $host, $role, promote: ($promote | split("\n")), restart: ($restart | split("\n"))}'
}

postgres_json() {
    local standby=false endpoint=''
    [[ $1 == west && $variant != restore ]] && standby=true endpoint=$(postgres_name east-1)
    for instance in $(instances_of "$1"); do instance_json "$instance"; done |
        jq -s --argjson standby "$standby" --arg primary_endpoint "$endpoint" --arg user "$server_user" '
        {name: "tsb-postgres", $standby, $primary_endpoint, $user, database: "postgres", instances: .}'
}

# What only the standby of the restore variant has: writers at 0, and the job that fills its database.
standby_extras() {
    [[ $1 == west && $variant == restore ]] || { echo '{}'; return; }
    write_restore_program
    jq -n --arg program "$dir/standins/restore" '
        {replicas: {tsb: 0, iam: 0}, cron_jobs: [
            {name: "backup-tsb-postgres", schedule: "0 2 * * *"},
            {name: "tsb-restore", schedule: "*/5 * * * *", command: [$program], period_ms: 3000}]}'
}

plane_kube_settings() {
    local plane=$1
    jq -n \
        --arg name "$plane" --arg address "$(kube_address "$plane")" --arg tls "$dir/tls" \
        --argjson users "$(kube_users "$(acting_rules_of_plane)")" --argjson postgres "$(postgres_json "$plane")" \
        --argjson extras "$(standby_extras "$plane")" \
        --arg front_control "$(control_socket "front-$plane")" --arg control "$(control_socket "kube-$plane")" '
        def files($certificate): {files: {
            "tls.crt": "\($tls)/\($certificate).pem", "tls.key": "\($tls)/\($certificate).key",
            "ca.crt": "\($tls)/ca.pem"}};
        {$control, $users, clusters: [{
            $name, $address, certificate: "\($tls)/k8s-\($name).pem", key: "\($tls)/k8s-\($name).key",
            plane: ($extras + {$front_control, $postgres, secrets: {
                "iam-signing-key": {text: {kid: "signing-1"}}, "tsb-iam-jwks": {text: {kid: "central-1"}},
                "tsb-certs": files("\($name)-front"), "xcp-central-cert": files("\($name)-central")}})}]}'
}

workload_kube_settings() {
    local cluster
    for cluster in $(cluster_names); do
        jq -n --arg name "$cluster" --arg address "$(cluster_address "$cluster")" '{$name, $address}'
    done | jq -s --argjson users "$(kube_users "$(acting_rules_of_cluster)")" --arg tls "$dir/tls" \
        --arg floating_name "$floating_name" \
        --arg control "$(control_socket kube-clusters)" '
        {$control, $users, clusters: map(. + {
            certificate: "\($tls)/k8s-clusters.pem", key: "\($tls)/k8s-clusters.key",
            workload: {$floating_name, ca: "\($tls)/ca.pem"}})}'
}

# An unclean end leaves the socket's file behind; the next start would take it for a living process.
spawn_standin() {
    local name=$1
    shift
    rm -f "$(control_socket "$name")"
    spawn "$name" "$server_user" "$(standin_program)" "$@"
}

start_front() { spawn_standin "front-$1" front --config "$dir/standins/front-$1.json"; }
start_kube() { spawn_standin "kube-$1" kube --config "$dir/standins/kube-$1.json"; }

start_witnesses() {
    spawn_standin canary-a canary --address "$canary_a" --port 443 \
        --certificate "$dir/tls/canary-a.pem" --key "$dir/tls/canary-a.key"
    spawn_standin canary-a-plain canary --address "$canary_a" --port 80
    spawn_standin canary-b canary --address "$canary_b" --port 443 \
        --certificate "$dir/tls/canary-b.pem" --key "$dir/tls/canary-b.key"
    spawn_standin canary-b-plain canary --address "$canary_b" --port 80
    install -d -o "$server_user" "$dir/hooks"
    spawn_standin receiver receiver --address "$hooks" --port 8080 --file "$dir/hooks/received.jsonl" \
        --secret-file "$dir/secrets/webhook" --control "$(control_socket receiver)"
}

readonly canaries='canary-a canary-a-plain canary-b canary-b-plain'
readonly controlled_standins='kube-east front-east kube-west front-west kube-clusters receiver'

start_standins() {
    local plane
    for plane in $planes; do
        start_kube "$plane"
        start_front "$plane"
    done
    start_kube clusters
    start_witnesses
}

has_said_ready() { grep -q '^ready' "$dir/log/$1.log" 2>/dev/null; }

wait_for_standins() {
    local name
    for name in $controlled_standins; do wait_for_part "$name" "$patience" answers "$name"; done
    for name in $canaries; do wait_for_part "$name" "$patience" has_said_ready "$name"; done
}

# The front's API says 200: the plane as a whole serves (deployments, database, certificates).
api_serves() {
    local url="https://$1.tsb.test:8443/v2/organizations/tetrate/status"
    [[ $(curl --silent --max-time 2 --output /dev/null --write-out '%{http_code}' --cacert "$dir/tls/ca.pem" \
        --config <(printf 'header = "x-tetrate-token: %s"\n' "$(read_secret api-token)") "$url") == 200 ]]
}

# Every workload cluster's edge has exchanged configuration with its plane.
edges_are_connected() {
    "$(standin_program)" control "$(control_socket front-east)" '{"cmd":"state"}' 2>/dev/null |
        jq -e --argjson wanted "$clusters" '.ok and (.clusters | length) == $wanted' >/dev/null
}
