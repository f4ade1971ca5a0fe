# The faults of sandbox/faults.table, one function `fault_NAME_on` and `fault_NAME_off` each (a dash in
# the name is an underscore). Each does and undoes completely and may be repeated. `plane` is the victim.
# shellcheck shell=bash

readonly fault_table=$root/sandbox/faults.table

list_faults() { sed -n '/^#/d; s/ *|.*//p' "$fault_table"; }
describe_fault() { awk -F ' *[|] *' -v name="$1" '$1 == name { print $2 }' "$fault_table"; }

require_fault() {
    list_faults | grep -qxF -- "$1" || die "no fault is called '$1'; see: $0 faults"
}

# --- Packets. Rules stand in INPUT: a packet dropped in OUTPUT would be an error for its sender, and the
# --- point of a lost packet is that the sender learns nothing. A fault's rules are one chain of its name.

drop_packets() {
    local chain=$1
    shift
    drop_chain "$chain"
    iptables -N "$chain"
    add_rules "$chain" "$@"
    iptables -I INPUT -j "$chain"
}

# Each rule is one argument, so that a list of rules reads like one.
add_rules() {
    local chain=$1 rule
    shift
    for rule in "$@"; do
        # shellcheck disable=SC2086
        iptables -A "$chain" $rule
    done
}

drop_chain() {
    iptables -S "$1" >/dev/null 2>&1 || return 0
    iptables -D INPUT -j "$1"
    iptables -F "$1"
    iptables -X "$1"
}

# A plane that is cut off still speaks with itself.
fault_gone_on() {
    local net
    net=$(plane_prefix "$plane").0/24
    drop_packets fault-gone "-s $net -d $net -j RETURN" "-s $net -j DROP" "-d $net -j DROP"
}
fault_gone_off() { drop_chain fault-gone; }

fault_blackhole_on() {
    local front net
    front=$(front_address "$plane") net=$(plane_prefix "$plane").0/24
    drop_packets fault-blackhole "-s $net -d $net -j RETURN" "-s $front -j DROP" "-d $front -j DROP"
}
fault_blackhole_off() { drop_chain fault-blackhole; }

# Replication of `west` keeps its own plane's source address, and workload clusters have theirs.
fault_cut_off_on() {
    local net
    net=$(plane_prefix "$plane").0/24
    drop_packets fault-cut-off "-s $bastion -d $net -j DROP" "-s $net -d $bastion -j DROP"
}
fault_cut_off_off() { drop_chain fault-cut-off; }

# What runs on the bastion itself still answers: the daemon's own listeners, and the caching resolver that
# 127.0.0.53 stands for here. A resolver that is gone is a fault of its own.
fault_isolated_on() {
    drop_packets fault-isolated \
        "-s $bastion -d $bastion -j RETURN" "-s $bastion -d $resolver -j RETURN" "-s $resolver -d $bastion -j RETURN" \
        "-s $bastion -j DROP" "-d $bastion -j DROP"
}
fault_isolated_off() { drop_chain fault-isolated; }

fault_resolver_gone_on() { drop_packets fault-resolver "-s $bastion -d $resolver -j DROP"; }
fault_resolver_gone_off() { drop_chain fault-resolver; }

# --- Processes.

fault_crash_on() {
    local pid
    pid=$(running_pid "front-$plane") || return 0
    kill -KILL "$pid"
    wait_until "$patience" is_not_running "front-$plane" || die "front-$plane (process $pid) does not die"
}
fault_crash_off() {
    is_running "front-$plane" || start_front "$plane"
    wait_for_part "front-$plane" "$patience" answers "front-$plane"
}

fault_hang_on() { signal_front STOP; }
fault_hang_off() {
    signal_front CONT
    wait_for_part "front-$plane" "$patience" answers "front-$plane"
}
signal_front() {
    local pid
    pid=$(running_pid "front-$plane") || die "front-$plane does not run; is the fault crash on? see: $0 status $dir"
    kill "-$1" "$pid"
}

# --- PostgreSQL. Only the plane's primary: its first instance.

fault_database_down_on() { stop_instance "$plane-1"; }
fault_database_down_off() {
    start_instance "$plane-1"
    [[ $plane != east ]] || west_is_primary || wait_until "$patience" replication_streams ||
        die "the standbys do not follow the primary again; see $dir/log/postgres-west-*.log"
}
# Nobody follows `east` then: after a promotion, and in the restore variant.
west_is_primary() { [[ $(run_sql west-1 <<<'SELECT pg_is_in_recovery()') == f ]]; }

fault_database_readonly_on() {
    run_sql "$plane-1" <<<'ALTER SYSTEM SET default_transaction_read_only = on; SELECT pg_reload_conf();' >/dev/null
    wait_until "$patience" read_only_is on || die "PostgreSQL $plane-1 did not become read-only"
}
fault_database_readonly_off() {
    run_sql "$plane-1" <<<'ALTER SYSTEM RESET default_transaction_read_only; SELECT pg_reload_conf();' >/dev/null
    wait_until "$patience" read_only_is off || die "PostgreSQL $plane-1 stayed read-only"
}
read_only_is() { [[ $(run_sql "$plane-1" <<<'SHOW default_transaction_read_only') == "$1" ]]; }

# --- The stand-ins' own.

tell_front() { tell "front-$plane" "{\"cmd\":\"fault\",\"name\":\"$1\",\"on\":$2}"; }
tell_deployment() { tell "kube-$plane" "{\"cmd\":\"deployment\",\"name\":\"$1\",\"fault\":\"$2\"}"; }
tell_api() { tell "kube-$plane" "{\"cmd\":\"api\",\"up\":$1}"; }

fault_slow_on() { tell_front slow true; }
fault_slow_off() { tell_front slow false; }
fault_errors_share_on() { tell_front errors-share true; }
fault_errors_share_off() { tell_front errors-share false; }
fault_wrong_body_on() { tell_front wrong-body true; }
fault_wrong_body_off() { tell_front wrong-body false; }
fault_cert_expired_on() { tell_front cert-expired true; }
fault_cert_expired_off() { tell_front cert-expired false; }
fault_agents_down_on() { tell_front agents-down true; }
fault_agents_down_off() { tell_front agents-down false; }
fault_credentials_expired_on() { tell_front credentials-expired true; }
fault_credentials_expired_off() { tell_front credentials-expired false; }
fault_kubernetes_down_on() { tell_api false; }
fault_kubernetes_down_off() { tell_api true; }

fault_errors_on() {
    tell_deployment tsb crash
    tell_front errors true
}
fault_errors_off() {
    tell_front errors false
    tell_deployment tsb none
}

fault_iam_down_on() { tell_deployment iam crash; }
fault_iam_down_off() { tell_deployment iam none; }
fault_oap_on() { tell_deployment oap crash; }
fault_oap_off() { tell_deployment oap none; }
fault_ui_on() { tell_deployment web crash; }
fault_ui_off() { tell_deployment web none; }
fault_rollout_on() { tell_deployment tsb rollout; }
fault_rollout_off() { tell_deployment tsb none; }

fault_cluster_gone_on() { tell_cluster false; }
fault_cluster_gone_off() { tell_cluster true; }
# The last workload cluster is the victim.
tell_cluster() {
    tell kube-clusters "{\"cmd\":\"api\",\"cluster\":\"c$clusters\",\"up\":$1}"
    tell kube-clusters "{\"cmd\":\"edge\",\"cluster\":\"c$clusters\",\"up\":$1}"
}

# What a person would type, with the real tool.
fault_scaled_to_zero_on() { scale_writers 0; }
fault_scaled_to_zero_off() { scale_writers 1; }
scale_writers() {
    kubectl --kubeconfig "$dir/kubeconfig/$plane.admin.kubeconfig" --namespace tsb \
        scale deployment tsb iam --replicas "$1" >>"$dir/log/kubectl.log" 2>&1 9>&- ||
        die "kubectl scale failed: $(tail -n 2 "$dir/log/kubectl.log")"
}

# --- Switching.

active_faults() { find "$dir/run/faults" -type f -printf '%f\n' 2>/dev/null | sort; }

# A fault is remembered before it begins, so that one that failed half way is shown, and ended by `off`.
switch_fault() {
    local name=$1 state=$2 plane=$3
    require_fault "$name"
    mkdir -p "$dir/run/faults"
    if [[ $state == on ]]; then
        echo "$plane" >"$dir/run/faults/$name"
        "fault_${name//-/_}_on"
    else
        "fault_${name//-/_}_off"
        rm -f "$dir/run/faults/$name"
    fi
}
