# What scripts/demo states, checks and shows. Uses its variables: root, build, dir, fault.
# shellcheck shell=bash

# shellcheck source=scripts/lib/watched.sh
source "$root/scripts/lib/watched.sh"
# shellcheck source=scripts/lib/failover.sh
source "$root/scripts/lib/failover.sh"

readonly floating_name=active.tsb.test
readonly evidence_classes='api agents kubernetes database clients'
statements=()
log_at_break=''
serial_at_break=''

# --- Statements. Nothing is printed as a fact that was not checked just before.

# state TEXT CHECK...: prints TEXT when CHECK holds, and ends the demonstration when it does not.
state() {
    local text=$1
    shift
    "$@" || die "this does not hold: $text. The daemon says: $(summary_line). Its log: $(tail -n 3 "$dir/log/understudy.log" 2>/dev/null)"
    statements+=("$text")
    printf '  [checked] %s\n' "$text"
}

# --- What is expected of a fault: one row of the table.

# Sets breaks, verdict, reason, ends, expected (class=state words) and evidence_in_words.
read_expectation() {
    local row
    local -a cells
    row=$(grep -E "^$1 +\|" "$root/sandbox/faults.table") || return 1
    IFS='|' read -ra cells < <(sed 's/ *| */|/g; s/ *$//' <<<"$row")
    breaks=${cells[1]} verdict=${cells[7]} reason=${cells[8]} ends=${cells[9]}
    expected="api=${cells[2]} agents=${cells[3]} kubernetes=${cells[4]} database=${cells[5]} clients=${cells[6]}"
    evidence_in_words=''
    local class
    for class in $expected; do evidence_in_words+=${evidence_in_words:+, }${class/=/ }; done
}

# --- What the daemon says.

verdict_is_expected() {
    status_says --arg verdict "$verdict" --arg reason "$reason" \
        "$active_is | .verdict == \$verdict and .reason == \$reason"
}
# Between two looks, too: the daemon logs every change.
was_never_failed() { ! log_since_break | grep -q -- '-> failed'; }
log_since_break() { tail -c "+$((log_at_break + 1))" "$dir/log/understudy.log"; }
evidence_is_expected() { [[ $(evidence_now) == "$expected" ]]; }
evidence_now() {
    status_json | jq -r --arg classes "$evidence_classes" \
        "$active_is.evidence as \$e | \$classes | split(\" \") | map(\"\(.)=\(\$e[.].state)\") | join(\" \")"
}

# --- What the world says.

sandbox_is_up() { "$root/scripts/sandbox" status "$dir" >/dev/null; }
sandbox_is_down() { ! sandbox_is_up && ! pgrep -f -- "$dir/" >/dev/null; }

floating_name_leads_to_east() { [[ $(inside dig +short @127.0.0.53 "$floating_name" CNAME) == east.tsb.test. ]]; }

# Every update of the zone raises it, whichever name it is of.
zone_serial() { inside dig +short @127.0.0.53 "${floating_name#*.}" SOA | awk '{ print $3 } END { exit NR != 1 }'; }

# Understudy changes no object without a mark at it, and nothing at all before its record of the run is there. What the
# fault itself changed says nothing of it.
world_is_untouched() {
    local cluster
    for cluster in east west $(seq -f 'c%g' 1 "$control_planes"); do is_unmarked "$cluster" || return 1; done
    [[ $(zone_serial) == "$serial_at_break" ]]
}
is_unmarked() {
    kubectl_of "$1" get deployments,cronjobs,managementplanes,configmaps -o json | jq -e '.items != []
        and all(.items[]; .kind != "ConfigMap" or .metadata.name != "understudy")
        and all(.. | .annotations? | objects | keys[]; startswith("understudy.dev/") | not)' >/dev/null
}

# alert_is_delivered firing|resolved: exactly one signed delivery of the failure's alert.
alert_is_delivered() {
    [[ $(jq -s --arg status "$1" '[.[] | select(.signature == "valid" and .status == 200) | .body | fromjson
        | .alerts[] | select(.labels.alertname == "UnderstudyPlaneFailed" and .status == $status)] | length' \
        "$dir/hooks/received.jsonl" 2>/dev/null) == 1 ]]
}

# --- The view: one that refreshes on a terminal, a line per change elsewhere.

title='Understudy watches'
since=''
last_summary=''
log_shown=''

show() {
    if [[ -t 1 ]]; then
        show_view
        sleep 0.2 # for the eye; what is waited for is a condition
    elif [[ $log_at_break ]]; then
        show_new_log_lines
        show_summary
    else
        show_summary
    fi
}

# What fits on a screen: statements, planes, evidence, the signals that are not up, gates, deliveries.
show_view() {
    local view
    view=$(
        ((${#statements[@]} == 0)) || printf '  [checked] %s\n' "${statements[@]}"
        printf '== %s: %s s\n\n' "$title" "$(seconds_since "${since:-$EPOCHREALTIME}")"
        "$build/daemon/understudy" status --socket "$socket" 2>/dev/null | planes_evidence_and_trouble ||
            echo 'the daemon does not answer yet'
        "$build/daemon/understudy" why --socket "$socket" 2>/dev/null | grep '^Missing' || true
        echo "Alerts delivered: $(list_deliveries)"
    )
    printf '\033[H\033[2J%s\n' "$(head -n "$((${LINES:-$(tput lines 2>/dev/null || echo 40)} - 1))" <<<"$view")"
}

planes_evidence_and_trouble() {
    awk '/^SIGNAL/ { signals = 1; print; next }
        /^CONTROL PLANE/ { exit }
        !signals || /^east/ && $2 != "up" { print }'
}

list_deliveries() {
    jq -r 'select(.status == 200) | .body | fromjson | .alerts[] | "\(.labels.alertname | ltrimstr("Understudy")) \(.status)"' \
        "$dir/hooks/received.jsonl" 2>/dev/null | paste -sd ';' | sed 's/;/; /g'
}

# Every outcome that changes a signal, every verdict and alert, as the daemon logs them.
show_new_log_lines() {
    local lines
    lines=$(log_since_break)
    [[ $lines == "$log_shown" ]] || printf '%s\n' "${lines#"$log_shown"}" | sed '/^$/d; s/^[^T]*T\([0-9:]*\)[^ ]* */  \1 /' | cut -c 1-160
    log_shown=$lines
}

show_summary() {
    local summary
    summary=$(summary_line 2>/dev/null) || return 0
    [[ -z $summary || $summary == "$last_summary" ]] || printf '  %s\n' "$summary"
    last_summary=$summary
}

# Shows until CHECK holds, for at most SECONDS.
wait_and_show() {
    local seconds=$1
    shift
    show
    wait_until "$seconds" show_and_check "$@"
}
show_and_check() {
    show
    "$@"
}

# Shows for SECONDS while CHECK holds; fails as soon as it does not.
watch_for() {
    local seconds=$1
    shift
    ! wait_until "$seconds" show_and_see_wrong "$@"
}
show_and_see_wrong() {
    show
    ! "$@"
}
