/// The floating name: what its servers answer, and what caches still do.
#pragma once

#include "core/operation.hpp"
#include "core/time.hpp"

#include <array>
#include <optional>
#include <vector>

#include "places.hpp"

namespace understudy::simulation {

class NameService {
public:
    /// At the server that takes the updates.
    std::size_t plane() const { return changes_.back().plane; }
    std::optional<core::OperationId> token() const { return changes_.back().token; }
    core::Instant changed_at() const { return changes_.back().at; }

    /// What a server answers; only the first is never late.
    std::size_t answer_of(std::size_t server) const
    {
        return server == 0 ? plane() : changes_[transferred_].plane;
    }
    /// What a resolver answers whose cache may be that old.
    std::size_t cached_for(core::Duration age, core::Instant now) const
    {
        return answer_at(now - age);
    }
    /// What is old enough has reached the secondary, and stays there.
    void advance(core::Instant now)
    {
        while (transferred_ + 1 < changes_.size() &&
               changes_[transferred_ + 1].at + secondary_lag <= now)
            ++transferred_;
    }
    void point_to(std::size_t plane, std::optional<core::OperationId> token, core::Instant now)
    {
        changes_.push_back({now, plane, token});
    }

    std::array<bool, server_count> is_up{true, true};
    core::Duration secondary_lag = std::chrono::seconds(1);
    core::Duration ttl = std::chrono::seconds(30);

private:
    struct Change {
        core::Instant at{};
        std::size_t plane = 0;
        std::optional<core::OperationId> token;
    };
    std::size_t answer_at(core::Instant when) const
    {
        std::size_t plane = changes_.front().plane;
        for (const auto& change : changes_)
            plane = change.at <= when ? change.plane : plane;
        return plane;
    }

    std::vector<Change> changes_{Change{}};
    std::size_t transferred_ = 0;
};

}  // namespace understudy::simulation
