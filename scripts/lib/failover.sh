# What scripts/demo states and shows of a failover, each checked from outside the daemon: with psql, dig, kubectl, curl
# and what the webhook's receiver wrote down. Uses the caller's variables root, build, dir and socket.
# shellcheck shell=bash

run=''
witness_row=''

# --- What the daemon says of its runs.

history_json() { "$build/daemon/understudy" history --socket "$socket" --json 2>/dev/null; }
history_says() { history_json | jq -e "$@" >/dev/null 2>&1; }
show_json() { "$build/daemon/understudy" show "$run" --socket "$socket" --json 2>/dev/null; }
show_says() { show_json | jq -e "$@" >/dev/null 2>&1; }

no_run_was_created() { history_says '.runs == []'; }

# Sets run.
run_has_begun() { run=$(history_json | jq -er '.runs[0].run') 2>/dev/null; }
run_has_ended() { show_says '.ended_at != null'; }
all_came_over() {
    show_says --argjson count "$control_planes" '[.steps[].operations[] | select(.kind == "rejoin")] as $all
        | ($all | length) == $count and all($all[]; .state == "reached")'
}
what_is_missing() { show_json | jq -r '.missing | join(", ")'; }
# Of everything that was planned, two things may be left: the replica that has to be seeded anew, and what nobody could do
# to a plane that is gone.
only_that_is_missing() {
    show_says '.state == "degraded" and .missing != [] and all(.steps[].operations[];
        .state == "reached" or (.state == "reached_short" and .kind == "await_primary")
        or (.state == "passed_over" and .target == "east"))'
}
is_armed() { status_says '.acting.mode == "automatic" and .acting.armed'; }
fence_is_owed() { status_says 'any(.acting.obligations[]; .fence and .target == "east")'; }
nothing_is_owed() { status_says '.acting.obligations == []'; }
roles_are_swapped() { status_says '.roles.active == "west"'; }

# run_moment NAME: milliseconds since 1970, as the timeline of the run says.
run_moment() { date --date "$(show_json | jq -er --arg name "$1" '.timeline[$name]')" +%s%3N; }

# The timeline, each moment counted from the fault.
print_timeline() {
    local name at
    printf '  after the fault:\n'
    while IFS=$'\t' read -r name at; do
        printf '  %8.1f s  %s\n' "$(awk -v at="$(date --date "$at" +%s.%N)" -v since="$since" 'BEGIN { print at - since }')" \
            "${name//_/ }"
    done < <(show_json | jq -r '.timeline | to_entries[] | select(.value != null) | [.key, .value] | @tsv')
}

# --- The databases, by psql as their own administrator.

ask_database() {
    inside setpriv --reuid postgres --regid postgres --init-groups \
        psql -X -A -t -q -v ON_ERROR_STOP=1 -h "$dir/run/postgres-$1" -d "$2" -c "$3"
}

# Commits rows in the active plane's database, as whom the restore job dumps it; remembers the last one that both standbys have.
commit_witness_rows() {
    ask_database east-1 tsb 'SET ROLE tsb; CREATE TABLE witness (id serial PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())'
    ask_database east-1 tsb 'INSERT INTO witness SELECT FROM generate_series(1, 100)'
    witness_row=$(ask_database east-1 tsb 'SELECT max(id) FROM witness')
    wait_until 10 standbys_have_all || die "the standbys do not follow the primary; see $dir/log/postgres-west-1.log"
}
standbys_have_all() {
    [[ $(ask_database east-1 postgres \
        "SELECT count(*) FROM pg_stat_replication WHERE replay_lsn = pg_current_wal_lsn()") == 2 ]]
}

# A transaction that wrote and was rolled back, and the row that was the last before the fault.
new_database_is_writable() { ask_database west-1 tsb 'BEGIN; INSERT INTO witness DEFAULT VALUES; ROLLBACK' >/dev/null; }
new_database_holds_the_last_row() { [[ $(ask_database west-1 tsb 'SELECT max(id) FROM witness') == "$witness_row" ]]; }

# When each control plane exchanged configuration last, as the new plane wrote it down.
all_synced_after_the_switch() {
    local switched count
    switched=$(run_moment switched) || return 1
    count=$(ask_database west-1 tsb "SELECT count(*) FROM tsb_standin_cluster_sync WHERE synced_ms > $switched")
    [[ $count == "$control_planes" ]]
}

second_replica_follows_east() { [[ $(ask_database west-2 postgres 'SHOW primary_conninfo') == *host=pg1.east.tsb.test* ]]; }

# --- Kubernetes, by kubectl as a person.

kubectl_of() { inside kubectl --kubeconfig "$dir/kubeconfig/$1.admin.kubeconfig" --request-timeout 2 "${@:2}" 2>/dev/null; }

# The writers of the old plane are wanted at 0, and no pod of them is left.
old_plane_is_fenced() {
    [[ $(kubectl_of east get deployments tsb iam -o 'jsonpath={.items[*].spec.replicas}') == '0 0' &&
        -z $(kubectl_of east get pods -l 'app in (tsb, iam)' -o name) ]]
}
edges_follow_west() {
    local cluster
    for cluster in $(seq -f 'c%g' 1 "$control_planes"); do edge_follows_west "$cluster" || return 1; done
}
edge_follows_west() {
    local pod
    pod=$(kubectl_of "$1" get pods -l app=edge -o 'jsonpath={.items[0].metadata.name}') || return 1
    kubectl_of "$1" get --raw "/api/v1/namespaces/istio-system/pods/$pod:8080/proxy/metrics" |
        grep -q 'last_push_to_central_timestamp_ms{peer="127.0.2.1"}'
}

# --- Everything else.

floating_name_leads_to_west() { [[ $(inside dig +short @127.0.0.53 "$floating_name" CNAME) == west.tsb.test. ]]; }

api_answers_by_the_floating_name() {
    printf 'header = "x-tetrate-token: %s"\n' "$(cat "$dir/secrets/api-token")" |
        inside curl --silent --fail --max-time 3 --output /dev/null --cacert "$dir/tls/ca.pem" --config - \
            "https://$floating_name:8443/v2/organizations/tetrate/clusters"
}

journal_is_verified() { "$build/daemon/understudy" verify-journal --config "$dir/understudy.toml" >/dev/null; }

# A daemon that is killed may tell it again: with the same id, for the receiver to know it by.
failure_is_told() {
    jq -se 'any(.[]; .signature == "valid" and (.body | fromjson | any(.alerts[];
        .labels.alertname == "UnderstudyPlaneFailed" and .status == "firing")))' "$dir/hooks/received.jsonl" >/dev/null 2>&1
}
every_alert_is_signed() {
    jq -se 'length > 0 and all(.[]; .signature == "valid")' "$dir/hooks/received.jsonl" >/dev/null
}

# --- A daemon that is killed.

# A random moment of the run, of those that a run of twenty seconds has; or right after a run that was quicker.
kill_daemon_somewhere() {
    local -i milliseconds=$((RANDOM % 18000))
    local moment=$((${EPOCHREALTIME/[.,]/} + milliseconds * 1000))
    wait_and_show 20 has_come_or_run_has_ended "$moment"
    replace_daemon "$milliseconds ms after its run was seen, $(open_step)"
}

# At a random moment of a watch in which no run may begin. The next one knows only what is on the disk.
kill_daemon_while_it_watches() {
    local -i milliseconds=$((RANDOM % (worst_case * 1000)))
    local moment=$((${EPOCHREALTIME/[.,]/} + milliseconds * 1000))
    wait_and_show "$((worst_case + 1))" has_come "$moment"
    replace_daemon "$milliseconds ms after its verdict was seen"
    wait_and_show "$((2 * worst_case))" verdict_is_expected || true
    state "verdict '$verdict' ($reason) again" verdict_is_expected
}

replace_daemon() {
    inside kill -KILL "$(daemon_pid)"
    wait_until 10 daemon_is_gone || true
    state "the daemon was killed with SIGKILL, $1" daemon_is_gone
    start_watching
    wait_until 10 daemon_answers || true
    state "another one was started" daemon_answers
}
open_step() { show_json | jq -r 'first(.steps[] | select(.ended_at == null) | "in its step \(.name)") // "after its end"'; }
daemon_answers() { status_says '.acting.mode == "automatic"'; }
has_come() { ((${EPOCHREALTIME/[.,]/} >= $1)); }
has_come_or_run_has_ended() { has_come "$1" || run_has_ended; }
daemon_is_gone() { ! inside kill -0 "$(daemon_pid)" 2>/dev/null; }
