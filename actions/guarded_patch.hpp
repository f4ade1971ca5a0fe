/// A JSON Patch that changes an object only as it was when it was read.
#pragma once

#include <boost/json/array.hpp>
#include <boost/json/object.hpp>
#include <boost/json/value.hpp>

#include <string>
#include <string_view>

namespace understudy::actions {

/// RFC 6902. It begins with a `test` of the resourceVersion, so that the API server refuses all of
/// it, however late it arrives, once anybody has written the object since.
class GuardedPatch {
public:
    explicit GuardedPatch(const std::string& version);

    /// Writes a member, which may be there or not; what it is a member of must be there.
    void set(const std::string& pointer, boost::json::value value);
    /// Writes members of the object at `pointer`; `present`: there is one.
    void set_members(const std::string& pointer, bool present, const boost::json::object& members);

    std::string text() const;

private:
    boost::json::array operations_;
};

/// A member's name as a part of an RFC 6901 pointer.
std::string pointer_part(std::string_view name);

}  // namespace understudy::actions
