#include "sandbox/front/front_faults.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <stdexcept>

namespace understudy::sandbox {

namespace {

struct FaultName {
    FrontFault fault;
    std::string_view name;
};

constexpr std::array fault_names{
    FaultName{FrontFault::slow, "slow"},
    FaultName{FrontFault::errors, "errors"},
    FaultName{FrontFault::errors_share, "errors-share"},
    FaultName{FrontFault::wrong_body, "wrong-body"},
    FaultName{FrontFault::cert_expired, "cert-expired"},
    FaultName{FrontFault::agents_down, "agents-down"},
    FaultName{FrontFault::credentials_expired, "credentials-expired"},
};

}  // namespace

FrontFault front_fault_named(std::string_view name)
{
    const auto found = std::ranges::find(fault_names, name, &FaultName::name);
    if (found != fault_names.end())
        return found->fault;
    std::string known;
    for (const auto& row : fault_names)
        known += fmt::format(" {}", row.name);
    throw std::runtime_error(fmt::format("no fault \"{}\"; there are:{}", name, known));
}

void FrontFaults::set(FrontFault fault, bool on)
{
    on_[fault] = on;
    if (fault == FrontFault::errors_share)
        requests_.clear();
}

bool FrontFaults::on(FrontFault fault) const
{
    const auto found = on_.find(fault);
    return found != on_.end() && found->second;
}

bool FrontFaults::next_request_fails(const std::string& path)
{
    const auto turn = requests_[path]++ % 10;
    if (on(FrontFault::errors))
        return true;
    return on(FrontFault::errors_share) && (turn == 0 || turn == 3 || turn == 6);
}

std::string FrontFaults::names() const
{
    std::string names;
    for (const auto& row : fault_names) {
        if (on(row.fault))
            names += fmt::format("{} ", row.name);
    }
    return names;
}

}  // namespace understudy::sandbox
