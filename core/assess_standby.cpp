// Before the fence: the standby is made quiet, and proven fit.
#include "core/assess_parts.hpp"

namespace understudy::core::assessing {

Assessment assess_suspend_cron_job(Case in)
{
    if (!in.told.flag("exists"))
        return satisfied("there is no " + in.name() + " to suspend");
    const bool is_suspended = in.told.flag("suspended");
    const std::string state = is_suspended ? "is suspended" : "is not suspended";
    if (is_suspended == (in.wanted("suspend") == "true"))
        return satisfied(in.name() + " " + state);
    auto assessment = needed(in.name() + " " + state);
    assessment.before["suspend"] = is_suspended ? "true" : "false";
    return assessment;
}

Assessment assess_await_jobs(Case in)
{
    const auto active = in.told.number("active");
    return satisfied_if(active == 0, count(active) + " jobs of " + in.name() + " are active");
}

namespace {

/// What the standby's database holds against what was last seen of the active, value by value.
class Comparison {
public:
    explicit Comparison(const Case& in) : in_(in) {}

    void add(const std::string& name)
    {
        const auto expected = in_.wanted("expected_" + name);
        const auto found = in_.told.said(name);
        if (expected.empty() || found.empty())
            note(
                unknown_, name + (expected.empty() ? " (never seen of the active)"
                                                   : " (not told by the standby)"));
        else if (!is_same(name, expected, found))
            note(different_, name + " is " + found + ", last seen of the active was " + expected);
        else
            note(same_, name + " " + found);
    }
    Assessment assessment() const
    {
        if (!different_.empty())
            return refused("the standby holds something else: " + different_);
        const auto compared = same_.empty() ? "nothing was compared" : "the same: " + same_;
        if (unknown_.empty())
            return satisfied(compared);
        const auto all = compared + "; not comparable: " + unknown_;
        return in_.wanted("required") == "yes"
                   ? refused(all + ", and content.required says that it has to be")
                   : satisfied(all);
    }

private:
    /// A cluster that was taken on in the last moments may not have been replicated.
    bool is_same(
        const std::string& name, const std::string& expected, const std::string& found) const
    {
        const auto wanted = number_in(expected);
        const auto there = number_in(found);
        if (name != "clusters" || !wanted || !there)
            return expected == found;
        return *there >= *wanted - number_in(in_.wanted("clusters_missing_max")).value_or(0);
    }
    static void note(std::string& list, const std::string& what)
    {
        list += (list.empty() ? "" : ", ") + what;
    }

    const Case& in_;
    std::string same_;
    std::string different_;
    std::string unknown_;
};

}  // namespace

Assessment assess_compare_content(Case in)
{
    if (!in.told.flag("asked"))
        return satisfied("not compared: the configuration has no [content] to ask a database with");
    Comparison comparison(in);
    for (const auto* name : {"organization", "clusters", "schema_version"})
        comparison.add(name);
    return comparison.assessment();
}

namespace {

/// The API server's own words when a webhook did not answer; a verdict reads `denied the request`.
/// Source: kubernetes, staging/src/k8s.io/apiserver/pkg/admission/plugin/webhook/errors.
constexpr std::string_view webhook_is_down = "failed calling webhook";

}  // namespace

Assessment assess_rehearse_promotion(Case in)
{
    const bool is_accepted = in.told.flag("accepted");
    const bool has_changes = in.told.flag("changes");
    const auto message = in.told.said("message");
    if (is_accepted && has_changes)
        return satisfied("the promote patch passes admission");
    if (is_accepted)
        return refused(
            "the promote patch changes nothing: it is misspelt, or the standby is promoted "
            "already");
    if (message.find(webhook_is_down) != std::string::npos)
        return waiting("the promote patch could not be judged: " + message);
    return refused("the promote patch was not accepted: " + message);
}

}  // namespace understudy::core::assessing
