#include "core/schedule.hpp"

#include <algorithm>

namespace understudy::core {

namespace {

/// FNV-1a, 64 bit: stable between builds and machines, which std::hash is not.
std::uint64_t fnv1a(const std::string& text) noexcept
{
    std::uint64_t hash = 14695981039346656037ULL;
    for (const char c : text) {
        hash ^= static_cast<unsigned char>(c);
        hash *= 1099511628211ULL;
    }
    return hash;
}

/// The last characters of an id reach few bits of FNV-1a, and ids differ just there: without this
/// `c1/exchange` and `c2/exchange` would start together. (The finaliser of MurmurHash3.)
std::uint64_t mixed(std::uint64_t hash) noexcept
{
    hash = (hash ^ (hash >> 33)) * 0xff51afd7ed558ccdULL;
    hash = (hash ^ (hash >> 33)) * 0xc4ceb9fe1a85ec53ULL;
    return hash ^ (hash >> 33);
}

}  // namespace

Duration phase_of(const std::string& id, Duration interval) noexcept
{
    constexpr std::uint64_t slots = 1024;
    return interval * static_cast<Duration::rep>(mixed(fnv1a(id)) % slots) /
           static_cast<Duration::rep>(slots);
}

Instant slot_after(const std::string& id, Duration interval, Instant after) noexcept
{
    const Instant origin{phase_of(id, interval)};
    const auto slots_passed = (after - origin) / interval;
    return origin + (slots_passed + 1) * interval;
}

Instant Schedule::next_slot(const Entry& entry, Instant after)
{
    if (entry.bursting)
        return after + entry.probe.burst_interval;
    return slot_after(entry.probe.id, entry.probe.interval, after);
}

void Schedule::add(const ProbeSettings& probe, Instant now)
{
    earliest_.reset();
    const auto found = entries_.find(probe.id);
    if (found != entries_.end()) {
        const bool same_pace = found->second.probe.interval == probe.interval;
        found->second.probe = probe;
        if (!same_pace)
            found->second.next = next_slot(found->second, now);
        return;
    }
    Entry entry{probe, now, false, false, 0};
    entry.next = next_slot(entry, now);
    entries_.emplace(probe.id, std::move(entry));
}

void Schedule::remove(const std::string& id)
{
    earliest_.reset();
    entries_.erase(id);
}

void Schedule::hold_until_finished(const std::string& id)
{
    if (const auto found = entries_.find(id); found != entries_.end())
        found->second.running = true;
}

std::vector<Due> Schedule::take_due(Instant now)
{
    std::vector<Due> due;
    if (const auto next = next_due(); !next || *next > now)
        return due;
    earliest_.reset();
    for (auto& [id, entry] : entries_) {
        if (entry.next > now)
            continue;
        if (entry.running) {
            if (!entry.bursting)
                ++entry.overruns;
        } else {
            due.push_back({id, entry.next});
            entry.running = true;
        }
        entry.next = next_slot(entry, now);
    }
    std::ranges::sort(due, {}, &Due::due);
    return due;
}

void Schedule::finished(const std::string& id, Instant now)
{
    const auto found = entries_.find(id);
    if (found == entries_.end())
        return;
    auto& entry = found->second;
    entry.running = false;
    // In a burst the pace counts from the end of the last run: a silent target takes its whole
    // timeout.
    if (entry.bursting) {
        earliest_.reset();
        entry.next = std::min(entry.next, now + entry.probe.burst_interval);
    }
}

void Schedule::burst(const std::string& target, Instant now)
{
    earliest_.reset();
    for (auto& [id, entry] : entries_) {
        if (entry.probe.target != target || entry.bursting)
            continue;
        entry.bursting = true;
        entry.next = entry.running ? now + entry.probe.burst_interval : now;
    }
}

void Schedule::calm(const std::string& target, Instant now)
{
    earliest_.reset();
    for (auto& [id, entry] : entries_) {
        if (entry.probe.target != target || !entry.bursting)
            continue;
        entry.bursting = false;
        entry.next = next_slot(entry, now);
    }
}

bool Schedule::is_bursting(const std::string& target) const
{
    return std::ranges::any_of(entries_, [&target](const auto& entry) {
        return entry.second.probe.target == target && entry.second.bursting;
    });
}

std::optional<Instant> Schedule::next_due() const
{
    if (earliest_)
        return earliest_;
    for (const auto& [id, entry] : entries_) {
        if (!earliest_ || entry.next < *earliest_)
            earliest_ = entry.next;
    }
    return earliest_;
}

std::uint64_t Schedule::overruns(const std::string& id) const
{
    const auto found = entries_.find(id);
    return found == entries_.end() ? 0 : found->second.overruns;
}

int Schedule::running() const
{
    return static_cast<int>(
        std::ranges::count_if(entries_, [](const auto& entry) { return entry.second.running; }));
}

}  // namespace understudy::core
