/// Label and field selectors.
#pragma once

#include "sandbox/json.hpp"

#include <string>
#include <string_view>
#include <vector>

namespace understudy::sandbox {

/// What a list or watch request selects.
/// Label selectors: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b,c)`, `a`, `!a`, joined by
/// commas. Field selectors: `metadata.name=x`, `metadata.name!=x` and other dotted paths.
class Selector {
public:
    /// Throws ApiError 400 when one of them cannot be read.
    Selector(std::string_view labels, std::string_view fields);
    bool matches(const json::value& object) const;

private:
    enum class Test { in, not_in, exists, absent };
    struct Requirement {
        std::string pointer;
        Test test;
        std::vector<std::string> values;
    };
    static bool holds(const Requirement& requirement, const json::value& object);
    static Requirement label_requirement(std::string_view term);
    static Requirement field_requirement(std::string_view term);

    std::vector<Requirement> requirements_;
};

}  // namespace understudy::sandbox
