// After the switch: is a control plane back, and if not, what brings it?
#include "core/assess_parts.hpp"

namespace understudy::core::assessing {

namespace {

/// A metric names its peer by address, with or without a port, or not at all.
bool is_new_plane(const std::string& peer, const std::string& wanted)
{
    return peer.empty() || wanted.empty() || peer == wanted || peer.starts_with(wanted + ":");
}

Assessment restart_of_edge(const std::string& seen)
{
    return needed(seen + ": its deployment is restarted");
}

/// Its operator was restarted, and is given time before `edge` has to start again: tokens may be
/// read at its start only.
Assessment assess_renewal(Case in, const std::string& seen, std::int64_t renewing_since)
{
    const auto operator_name = in.wanted("operator");
    if (!in.told.flag("operator_available"))
        return waiting(seen + ", and " + operator_name + " is not Available");
    const auto wait = number_in(in.wanted("token_wait")).value_or(0);
    if (in.told.number("date") - renewing_since < wait)
        return waiting(seen + ", and " + operator_name + " has time to renew them");
    return restart_of_edge(seen);
}

/// The operator keeps tokens that it takes for good, whatever the new plane says of them: those
/// that were made before the switch. Gone, they are made anew, as long as there is a plane to ask
/// for them.
Assessment assess_deletion(Case in, const std::string& seen)
{
    if (!in.context.is_approved) {
        auto assessment = waiting(seen + ", and to delete them a human has to approve the plan");
        assessment.needs_approval = true;
        return assessment;
    }
    if (!in.context.tokens_kept.empty())
        return waiting(seen + ", and are not deleted: " + in.context.tokens_kept);
    if (!in.told.flag("plane_serves"))
        return waiting(seen + ", and are not deleted while the new plane cannot make others");
    auto assessment = needed(seen + ": they are deleted");
    assessment.effect = {
        {"effect", std::string(delete_tokens)}, {"made_until", count(in.context.switched_at_ms)}};
    return assessment;
}

/// A restart of the operator has not helped.
Assessment assess_stale_tokens(Case in, const std::string& seen, std::int64_t edge_restarted)
{
    const auto by_hand = ". By hand: " + in.wanted("last_resort");
    if (in.wanted("tokens").empty())
        return waiting(seen + by_hand);
    const auto problem = in.told.said("tokens_problem");
    if (!problem.empty())
        return waiting(seen + ", and they cannot be looked at: " + problem + by_hand);
    const auto missing = in.told.number("tokens_missing");
    const auto oldest = in.told.number("oldest_token");
    if (oldest > 0 && oldest <= in.context.switched_at_ms)
        return assess_deletion(in, seen);
    if (missing > 0)
        return waiting(seen + ", and " + count(missing) + " of them have yet to be made anew");
    if (in.told.number("newest_token") >= edge_restarted)
        return restart_of_edge(seen + ", and they were made anew");
    return waiting(seen + ", although they were made anew" + by_hand);
}

/// Of an `edge` that started after the switch: what it says of its tokens, it says of the new
/// plane. The operator is restarted once.
Assessment assess_tokens(Case in, const std::string& seen, std::int64_t edge_restarted)
{
    const auto problem = in.told.said("operator_problem");
    if (!problem.empty())
        return waiting(seen + ", and its operator cannot be read: " + problem);
    const auto renewing_since = in.told.number("operator_restarted_at");
    if (renewing_since <= in.context.switched_at_ms) {
        auto assessment = needed(seen + ": " + in.wanted("operator") + " is restarted");
        assessment.effect = {{"effect", std::string(restart_operator)}};
        return assessment;
    }
    if (renewing_since >= edge_restarted)
        return assess_renewal(in, seen, renewing_since);
    return assess_stale_tokens(
        in, seen + ", although " + in.wanted("operator") + " was restarted", edge_restarted);
}

Assessment assess_laggard(Case in, const std::string& seen)
{
    const bool is_available = in.told.flag("available");
    const auto restarted = in.told.number("restarted_at");
    if (restarted > in.context.switched_at_ms) {
        // While a rollout goes on, it may be the old pod that answers.
        const bool tells = is_available && !in.wanted("operator").empty();
        if (tells && in.told.flag("token_error"))
            return assess_tokens(in, seen + ", its tokens are refused", restarted);
        return waiting(seen + ", restarted since the switch");
    }
    if (in.wanted("restart") == "false")
        return waiting(seen + ", and the plan restarts nothing");
    if (!in.context.may_act)
        return waiting(seen + ", and has time to come by itself");
    if (!is_available)
        return waiting(seen + ", and its deployment is not Available");
    return restart_of_edge(seen);
}

}  // namespace

Assessment assess_rejoin(Case in)
{
    const auto synced = in.told.number("synced_at");
    const auto peer = in.told.text("peer");
    if (in.context.switched_at_ms <= 0)
        return waiting("the name has not been switched yet");
    if (synced <= in.context.switched_at_ms)
        return assess_laggard(in, in.operation.target + " has not exchanged since the switch");
    if (!is_new_plane(peer, in.wanted("peer")))
        return assess_laggard(in, in.operation.target + " still exchanges with " + peer);
    auto assessment = satisfied(
        in.operation.target + " exchanged " + count(synced - in.context.switched_at_ms) +
        " ms after the switch" + (peer.empty() ? "" : " with " + peer));
    const bool names_its_peer = !peer.empty() && !in.wanted("peer").empty();
    if (!names_its_peer && !in.context.old_is_cut_off)
        assessment.shortfall = assessment.why +
                               ", and does not tell with whom: the old plane, whose connections "
                               "were not seen cut, may be the one";
    return assessment;
}

}  // namespace understudy::core::assessing
