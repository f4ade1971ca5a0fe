#include "core/outcome.hpp"

namespace understudy::core {

std::string_view name_of(Phase phase) noexcept
{
    switch (phase) {
    case Phase::queue: return "queue";
    case Phase::resolve: return "resolve";
    case Phase::connect: return "connect";
    case Phase::tls: return "tls";
    case Phase::auth: return "auth";
    case Phase::request: return "request";
    case Phase::first_byte: return "first_byte";
    case Phase::transfer: return "transfer";
    }
    return "unknown";
}

}  // namespace understudy::core
