#include "core/knowledge.hpp"

#include <algorithm>
#include <charconv>

namespace understudy::core {

namespace {

constexpr std::string_view key_prefix = "fact/";

bool is_only_shown(std::string_view fact)
{
    return fact.ends_with("/unreplayed") || fact.ends_with("/replayed_ms_ago");
}

/// Facts that change all the time and whose exact last value need not survive.
bool is_fast(std::string_view fact)
{
    return fact.ends_with("/position") || fact.ends_with("/streamed") || is_only_shown(fact) ||
           fact.starts_with("exchange/") || fact.starts_with("healthy/") ||
           fact.starts_with("answered/");
}

bool is_worth_keeping(std::string_view fact)
{
    return !fact.starts_with("exchange/") && !is_only_shown(fact);
}

std::optional<std::int64_t> parse_int(std::string_view text)
{
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{} || end != text.data() + text.size())
        return std::nullopt;
    return value;
}

}  // namespace

std::string encode(const SeenFact& fact)
{
    const auto wall = std::to_string(fact.wall.time_since_epoch().count());
    if (const auto* flag = std::get_if<bool>(&fact.value))
        return "b|" + wall + (*flag ? "|1" : "|0");
    if (const auto* number = std::get_if<std::int64_t>(&fact.value))
        return "i|" + wall + "|" + std::to_string(*number);
    return "s|" + wall + "|" + std::get<std::string>(fact.value);
}

std::optional<SeenFact> decode_fact(std::string_view text)
{
    if (text.size() < 4 || text[1] != '|')
        return std::nullopt;
    const auto bar = text.find('|', 2);
    if (bar == std::string_view::npos)
        return std::nullopt;
    const auto wall = parse_int(text.substr(2, bar - 2));
    if (!wall || *wall < 0 || *wall > wall_max.time_since_epoch().count())
        return std::nullopt;

    SeenFact fact{{}, WallTime(std::chrono::milliseconds(*wall)), std::nullopt};
    const auto value = text.substr(bar + 1);
    switch (text.front()) {
    case 'b':
        if (value != "0" && value != "1")
            return std::nullopt;
        fact.value = value == "1";
        return fact;
    case 'i': {
        const auto number = parse_int(value);
        if (!number)
            return std::nullopt;
        fact.value = *number;
        return fact;
    }
    case 's': fact.value = std::string(value); return fact;
    default: return std::nullopt;
    }
}

bool Knowledge::learn(const std::string& target, const Facts& facts, Now now)
{
    bool any_is_new = false;
    auto& known = facts_[target];
    for (const auto& [name, value] : facts) {
        auto& seen = known[name];
        any_is_new = any_is_new || !seen.at || (seen.value != value && !is_fast(name));
        seen = {value, now.wall, now.instant};
        if (!is_worth_keeping(name))
            continue;
        auto key = std::string(key_prefix) + target + "/" + name;
        if (!is_due_for_store(key, name, value, now.instant))
            continue;
        unsaved_.emplace_back(key, encode(seen));
        saved_.insert_or_assign(std::move(key), Saved{value, now.instant});
    }
    revision_ += any_is_new ? 1 : 0;
    return any_is_new;
}

bool Knowledge::is_due_for_store(
    const std::string& key, std::string_view fact, const FactValue& value, Instant now) const
{
    const auto saved = saved_.find(key);
    if (saved == saved_.end())
        return true;
    if (is_fast(fact))
        return now - saved->second.at >= fast_every_;
    return saved->second.value != value;
}

void Knowledge::age(std::string_view target)
{
    const auto known = facts_.find(target);
    if (known == facts_.end())
        return;
    ++revision_;
    for (auto& [name, seen] : known->second)
        seen.at.reset();
}

std::vector<MemoryEntry> Knowledge::take_unsaved() { return std::exchange(unsaved_, {}); }

bool Knowledge::recall(std::string_view key, std::string_view value)
{
    if (!key.starts_with(key_prefix))
        return false;
    const auto path = key.substr(key_prefix.size());
    const auto slash = path.find('/');
    auto fact = decode_fact(value);
    if (slash == std::string_view::npos || !fact)
        return false;
    ++revision_;
    facts_[std::string(path.substr(0, slash))].insert_or_assign(
        std::string(path.substr(slash + 1)), std::move(*fact));
    return true;
}

const SeenFact* Knowledge::find(std::string_view target, std::string_view fact) const
{
    return find_seen(of(target), fact);
}

const FactsByName& Knowledge::of(std::string_view target) const
{
    static const FactsByName nothing;
    const auto known = facts_.find(target);
    return known == facts_.end() ? nothing : known->second;
}

const SeenFact* find_seen(const FactsByName& facts, std::string_view fact)
{
    const auto found = facts.find(fact);
    return found == facts.end() ? nullptr : &found->second;
}

std::ranges::subrange<FactsByName::const_iterator> beginning_with(
    const FactsByName& facts, std::string_view prefix)
{
    const auto first = facts.lower_bound(prefix);
    const auto last = std::find_if(first, facts.end(), [prefix](const auto& entry) {
        return !entry.first.starts_with(prefix);
    });
    return {first, last};
}

}  // namespace understudy::core
