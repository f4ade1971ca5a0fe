#include "store/alert.hpp"

#include <fmt/format.h>

#include <cstdint>
#include <string_view>

namespace understudy::store {

namespace {

constexpr std::uint64_t fnv_offset = 14695981039346656037U;
constexpr std::uint64_t fnv_prime = 1099511628211U;
/// Cannot occur in UTF-8, so no two label sets run together.
constexpr std::string_view separator = "\xff";

std::uint64_t mix(std::uint64_t hash, std::string_view bytes) noexcept
{
    for (const char byte : bytes)
        hash = (hash ^ static_cast<unsigned char>(byte)) * fnv_prime;
    return hash;
}

}  // namespace

Labels identity_of(const AlertEvent& event)
{
    auto identity = event.labels;
    identity.insert_or_assign("alertname", event.name);
    return identity;
}

std::string fingerprint_of(const Labels& identity)
{
    auto hash = fnv_offset;
    for (const auto& [name, value] : identity)
        hash = mix(mix(mix(mix(hash, name), separator), value), separator);
    return fmt::format("{:016x}", hash);
}

}  // namespace understudy::store
