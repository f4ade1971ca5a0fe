#include "sandbox/kube/object_store.hpp"

#include "sandbox/kube/api_error.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>
#include <atomic>
#include <unistd.h>

namespace understudy::sandbox {

namespace {

/// Unique in this process and, by its id, among the processes of a sandbox.
std::string new_uid()
{
    static std::atomic<std::uint64_t> counter = 0;
    const auto number = ++counter;
    return fmt::format("{:08x}-0000-4000-8000-{:012x}", static_cast<unsigned>(::getpid()), number);
}

std::string qualified_name(const ObjectKey& key)
{
    return fmt::format("{} \"{}\"", key.resource, key.name);
}

ApiError conflict(const ObjectKey& key, std::string_view why)
{
    return {
        409, "Conflict",
        fmt::format("Operation cannot be fulfilled on {}: {}", qualified_name(key), why)};
}

const json::value& member_or_null(const json::value& object, std::string_view name)
{
    static const json::value nothing;
    const auto* found = object.get_object().if_contains(name);
    return found == nullptr ? nothing : *found;
}

void keep_member(json::value& object, const json::value& from, std::string_view name)
{
    const auto& kept = member_or_null(from, name);
    if (kept.is_null())
        object.get_object().erase(name);
    else
        object.get_object()[name] = kept;
}

/// What no client can change, whatever it sends.
void keep_identity(json::value& object, const json::value& now)
{
    for (const auto* name : {"uid", "creationTimestamp", "generation", "resourceVersion"}) {
        const auto pointer = fmt::format("/metadata/{}", name);
        if (const auto* kept = find_at(now, pointer))
            set_at(object, pointer, *kept);
        else
            remove_at(object, pointer);
    }
}

bool has_generation(const json::value& object) { return find_at(object, "/spec") != nullptr; }

void count_generation(json::value& object, const json::value& now)
{
    const auto generation = integer_at(now, "/metadata/generation");
    const bool same = member_or_null(object, "spec") == member_or_null(now, "spec");
    if (has_generation(object))
        set_at(object, "/metadata/generation", same ? generation : generation + 1);
}

}  // namespace

std::string timestamp_now(std::int64_t seconds_ago)
{
    const auto now = std::chrono::system_clock::now() - std::chrono::seconds(seconds_ago);
    return fmt::format(
        "{:%Y-%m-%dT%H:%M:%SZ}",
        fmt::gmtime(std::chrono::time_point_cast<std::chrono::seconds>(now)));
}

ObjectKey key_of(const ResourceType& type, const json::value& object)
{
    const auto name_space =
        type.namespaced ? text_at(object, "/metadata/namespace", "default") : "";
    return {type.qualified(), name_space, text_at(object, "/metadata/name")};
}

const json::value* ObjectStore::find(const ObjectKey& key) const
{
    const auto found = objects_.find(key);
    return found == objects_.end() ? nullptr : &found->second;
}

const json::value& ObjectStore::existing(const ObjectKey& key) const
{
    const auto* found = find(key);
    if (found == nullptr)
        throw ApiError(404, "NotFound", qualified_name(key) + " not found");
    return *found;
}

std::vector<const json::value*> ObjectStore::list(
    const std::string& resource, const std::string& name_space) const
{
    std::vector<const json::value*> found;
    for (auto at = objects_.lower_bound({resource, name_space, ""});
         at != objects_.end() && at->first.resource == resource; ++at) {
        if (name_space.empty() || at->first.name_space == name_space)
            found.push_back(&at->second);
    }
    return found;
}

json::value ObjectStore::preview_creation(const ResourceType& type, json::value object) const
{
    const auto key = key_of(type, object);
    if (find(key) != nullptr)
        throw ApiError(409, "AlreadyExists", qualified_name(key) + " already exists");
    set_at(object, "/kind", json::value(type.kind));
    set_at(object, "/apiVersion", json::value(type.api_version()));
    if (type.namespaced)
        set_at(object, "/metadata/namespace", json::value(key.name_space));
    set_at(object, "/metadata/uid", json::value(new_uid()));
    set_at(object, "/metadata/creationTimestamp", json::value(timestamp_now()));
    if (has_generation(object))
        set_at(object, "/metadata/generation", 1);
    remove_at(object, "/metadata/resourceVersion");
    return object;
}

const json::value& ObjectStore::create(const ResourceType& type, json::value object)
{
    const auto key = key_of(type, object);
    record(key, nullptr, preview_creation(type, std::move(object)));
    return existing(key);
}

void ObjectStore::check_version(
    const ObjectKey& key, const json::value& now, const json::value& wanted) const
{
    const auto version = text_at(wanted, "/metadata/resourceVersion");
    if (!version.empty() && version != text_at(now, "/metadata/resourceVersion"))
        throw conflict(
            key, "the object has been modified; please apply your changes to the latest version "
                 "and try again");
}

json::value ObjectStore::preview(const ResourceType& type, json::value object, Part part) const
{
    const auto key = key_of(type, object);
    const auto& now = existing(key);
    check_version(key, now, object);
    if (part == Part::status) {
        auto result = now;
        keep_member(result, object, "status");
        return result;
    }
    if (part == Part::main && type.status)
        keep_member(object, now, "status");
    keep_identity(object, now);
    count_generation(object, now);
    return object;
}

const json::value& ObjectStore::replace(const ResourceType& type, json::value object, Part part)
{
    const auto key = key_of(type, object);
    auto after = preview(type, std::move(object), part);
    const auto& now = existing(key);
    if (after != now)
        record(key, now, std::move(after));
    return existing(key);
}

void ObjectStore::check_removal(const ObjectKey& key, const Preconditions& preconditions) const
{
    const auto& now = existing(key);
    const auto uid = text_at(now, "/metadata/uid");
    const auto version = text_at(now, "/metadata/resourceVersion");
    if (!preconditions.uid.empty() && preconditions.uid != uid)
        throw conflict(
            key, fmt::format(
                     "Precondition failed: UID in precondition: {}, UID in object meta: {}",
                     preconditions.uid, uid));
    if (!preconditions.resource_version.empty() && preconditions.resource_version != version)
        throw conflict(
            key, fmt::format(
                     "Precondition failed: ResourceVersion in precondition: {}, "
                     "ResourceVersion in object meta: {}",
                     preconditions.resource_version, version));
}

void ObjectStore::remove(const ObjectKey& key, const Preconditions& preconditions)
{
    check_removal(key, preconditions);
    record(key, existing(key), nullptr);
}

void ObjectStore::record(const ObjectKey& key, json::value before, json::value after)
{
    ++revision_;
    auto& stamped = after.is_null() ? before : after;
    set_at(stamped, "/metadata/resourceVersion", json::value(std::to_string(revision_)));
    if (after.is_null())
        objects_.erase(key);
    else
        objects_[key] = after;
    history_.push_back(
        {revision_, key.resource, key.name_space, std::move(before), std::move(after)});
    if (history_.size() > history_max_)
        history_.pop_front();
    for (const auto& listener : listeners_)
        listener(history_.back());
}

std::optional<std::vector<const Change*>> ObjectStore::changes_since(std::uint64_t revision) const
{
    const auto oldest = history_.empty() ? revision_ + 1 : history_.front().revision;
    if (revision + 1 < oldest)
        return std::nullopt;
    const auto first = std::ranges::upper_bound(history_, revision, {}, &Change::revision);
    std::vector<const Change*> changes;
    for (auto at = first; at != history_.end(); ++at)
        changes.push_back(&*at);
    return changes;
}

void ObjectStore::on_change(std::function<void(const Change&)> listener)
{
    listeners_.push_back(std::move(listener));
}

}  // namespace understudy::sandbox
