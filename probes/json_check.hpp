/// Does a body hold what it must?
#pragma once

#include <boost/json/value.hpp>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace understudy::probes {

/// `pointer` (RFC 6901) must be there and, when `equals` is given, hold that JSON value.
struct JsonAssertion {
    std::string pointer;
    std::string equals;  ///< JSON text, e.g. `"success"`; empty: only presence is required.
};

/// Assertions, understood once. Throws std::invalid_argument that names a pointer or a value which
/// is not one.
class JsonCheck {
public:
    explicit JsonCheck(const std::vector<JsonAssertion>& assertions);

    /// What is wrong with `body`; empty when all holds. Nesting beyond 32 levels is refused.
    std::string problem_in(std::string_view body) const;

private:
    struct Expectation {
        std::string pointer;
        std::optional<boost::json::value> equals;
    };
    std::vector<Expectation> expectations_;
};

}  // namespace understudy::probes
