#include "sandbox/kube/token_keeper.hpp"

#include "sandbox/kube/plane_objects.hpp"
#include "sandbox/tokens.hpp"

#include <fmt/format.h>

#include <array>
#include <stdexcept>

namespace understudy::sandbox {

namespace {

using namespace std::chrono_literals;

constexpr std::string_view token_of_edge = "xcp-edge-central-auth-token";
// TSB-17
constexpr std::array<std::string_view, 4> token_names{
    "otel-token", "oap-token", "ngac-token", token_of_edge};

constexpr std::chrono::seconds lifetime = 1h;  // TSB-32

const ResourceType& secret_type() { return type_of_kind("Secret"); }

}  // namespace

TokenFault token_fault_named(std::string_view name)
{
    if (name == "none")
        return TokenFault::none;
    if (name == "expired")
        return TokenFault::expired;
    if (name == "stale")
        return TokenFault::stale;
    throw std::runtime_error(
        fmt::format("no fault of tokens \"{}\"; there are expired, stale, none", name));
}

TokenKeeper::TokenKeeper(std::shared_ptr<ObjectStore> store, WorkloadSettings settings)
    : store_(std::move(store)), settings_(std::move(settings))
{}

ObjectKey TokenKeeper::key_of_token(std::string_view name) const
{
    return {secret_type().qualified(), settings_.name_space, std::string(name)};
}

std::string TokenKeeper::token_in(std::string_view name) const
{
    const auto* secret = store_->find(key_of_token(name));
    return secret == nullptr ? std::string() : from_base64(text_at(*secret, "/data/jwt"));
}

std::string TokenKeeper::of_edge() const { return token_in(token_of_edge); }

void TokenKeeper::write(std::string_view name, std::chrono::seconds good_for)
{
    const auto token = make_token(settings_.cluster, settings_.token_kid, good_for);
    auto secret = secret_object(settings_.name_space, std::string(name), {{"jwt", token}});
    const auto* now = store_->find(key_of_token(name));
    if (now == nullptr) {
        store_->create(secret_type(), std::move(secret));
        return;
    }
    auto changed = *now;
    set_at(changed, "/data", *find_at(secret, "/data"));
    store_->replace(secret_type(), std::move(changed), Part::whole);
}

void TokenKeeper::write_all(std::chrono::seconds good_for)
{
    for (const auto name : token_names)
        write(name, good_for);
}

void TokenKeeper::make_missing()
{
    for (const auto name : token_names) {
        if (store_->find(key_of_token(name)) == nullptr)
            write(name, lifetime);
    }
}

void TokenKeeper::renew_old()
{
    for (const auto name : token_names) {
        if (left_of(token_in(name)) < lifetime / 2)
            write(name, lifetime);
    }
}

void TokenKeeper::look(const std::string& pod)
{
    const bool is_new = pod != pod_;
    pod_ = pod;
    make_missing();
    if (fault_ == TokenFault::expired && is_new)
        fault_ = TokenFault::none;
    if (fault_ == TokenFault::none)
        renew_old();
}

void TokenKeeper::set_fault(TokenFault fault)
{
    fault_ = fault;
    write_all(fault == TokenFault::none ? lifetime : -1s);
}

}  // namespace understudy::sandbox
