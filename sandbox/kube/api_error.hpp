/// A refusal by the API server, as clients see it.
#pragma once

#include "sandbox/json.hpp"

#include <stdexcept>
#include <string>

namespace understudy::sandbox {

/// Becomes a `Status` object: HTTP code, machine-readable reason, message for people.
struct ApiError : std::runtime_error {
    ApiError(unsigned http, std::string why, const std::string& message)
        : std::runtime_error(message), code(http), reason(std::move(why))
    {}

    unsigned code;
    std::string reason;
};

json::value status_of(const ApiError& error);
json::value success_status();

}  // namespace understudy::sandbox
