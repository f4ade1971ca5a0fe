/// What the assessments of all kinds of operations are made of. For assess*.cpp alone.
#pragma once

#include "core/assess.hpp"

#include <charconv>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

namespace understudy::core::assessing {

/// The facts of a reading. Whoever asks for one that is not there gets a value, and the assessment
/// is unreadable whatever became of it: what was not told is never taken for a goal.
class Told {
public:
    explicit Told(const Facts& facts) : facts_(facts) {}

    bool flag(std::string_view name) { return fact<bool>(name); }
    std::int64_t number(std::string_view name) { return fact<std::int64_t>(name); }
    std::string text(std::string_view name) { return fact<std::string>(name); }
    /// One that a reading may leave out.
    std::string said(std::string_view name) const
    {
        return find_fact<std::string>(facts_, name).value_or("");
    }
    const std::string& missing() const noexcept { return missing_; }

private:
    template <class T>
    T fact(std::string_view name)
    {
        auto value = find_fact<T>(facts_, name);
        if (!value && missing_.empty())
            missing_ = name;
        return std::move(value).value_or(T{});
    }

    const Facts& facts_;
    std::string missing_;
};

struct Case {
    const Operation& operation;
    const AssessContext& context;
    Told& told;

    std::string wanted(std::string_view parameter) const { return operation.parameter(parameter); }
    std::string name() const { return operation.object; }
};

inline Assessment finds(Finding finding, std::string why)
{
    Assessment assessment;
    assessment.finding = finding;
    assessment.why = std::move(why);
    return assessment;
}
inline Assessment satisfied(std::string why) { return finds(Finding::satisfied, std::move(why)); }
inline Assessment needed(std::string why) { return finds(Finding::needed, std::move(why)); }
inline Assessment waiting(std::string why) { return finds(Finding::waiting, std::move(why)); }
inline Assessment refused(std::string why) { return finds(Finding::refused, std::move(why)); }
inline Assessment foreign(std::string why) { return finds(Finding::foreign, std::move(why)); }
inline Assessment unreadable(std::string why) { return finds(Finding::unreadable, std::move(why)); }

inline Assessment satisfied_if(bool is_there, std::string why)
{
    return finds(is_there ? Finding::satisfied : Finding::waiting, std::move(why));
}

inline std::string count(std::int64_t number) { return std::to_string(number); }

inline std::optional<std::int64_t> number_in(std::string_view text)
{
    std::int64_t number = 0;
    const auto* const end = text.data() + text.size();
    const auto [stopped, error] = std::from_chars(text.data(), end, number);
    if (error != std::errc{} || stopped != end)
        return std::nullopt;
    return number;
}

// Before the fence: the standby is made quiet, and proven fit.
Assessment assess_suspend_cron_job(Case in);
Assessment assess_await_jobs(Case in);
Assessment assess_compare_content(Case in);
Assessment assess_rehearse_promotion(Case in);

// After the switch: each control plane is proven to be back.
Assessment assess_rejoin(Case in);

}  // namespace understudy::core::assessing
