/// The objects of one cluster, in memory, with the bookkeeping of a Kubernetes API server.
#pragma once

#include "sandbox/json.hpp"
#include "sandbox/kube/resources.hpp"

#include <compare>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace understudy::sandbox {

struct ObjectKey {
    std::string resource;    ///< ResourceType::qualified()
    std::string name_space;  ///< Empty: not namespaced.
    std::string name;

    auto operator<=>(const ObjectKey&) const = default;
};

/// One step of a cluster's history: what watches are made of.
struct Change {
    std::uint64_t revision;
    std::string resource;
    std::string name_space;
    json::value before;  ///< Null: it was added.
    json::value after;   ///< Null: it was deleted; `before` then has the revision of the deletion.
};

/// Who writes: clients cannot set what the server and its controllers own.
enum class Part {
    whole,   ///< Controllers: everything as given.
    main,    ///< The object itself; its status, where that is a subresource, stays.
    status,  ///< The status subresource; the rest stays.
};

struct Preconditions {
    std::string uid;
    std::string resource_version;  ///< Empty: not asked for.
};

/// Every write gets a new resourceVersion; a write that names an older one is refused (409), as is
/// a second object of a name. `generation` counts changes of `spec`. A write that changes nothing
/// is none.
class ObjectStore {
public:
    /// `history_max`: how many changes a watch can catch up with; older ones are "gone" (410).
    explicit ObjectStore(std::size_t history_max = 4096) : history_max_(history_max) {}

    const json::value* find(const ObjectKey& key) const;
    /// Empty namespace: of all namespaces.
    std::vector<const json::value*> list(
        const std::string& resource, const std::string& name_space) const;

    /// Throws ApiError 409 AlreadyExists.
    const json::value& create(const ResourceType& type, json::value object);
    /// Throws ApiError 404, or 409 Conflict.
    const json::value& replace(const ResourceType& type, json::value object, Part part);
    /// What replace() would store, with every check, and without storing it.
    json::value preview(const ResourceType& type, json::value object, Part part) const;
    /// What create() would store.
    json::value preview_creation(const ResourceType& type, json::value object) const;
    /// Throws ApiError 404, or 409 when a precondition does not hold.
    void check_removal(const ObjectKey& key, const Preconditions& preconditions) const;
    /// The same, and removes it.
    void remove(const ObjectKey& key, const Preconditions& preconditions = {});

    std::uint64_t revision() const noexcept { return revision_; }
    /// The changes after `revision`; nothing when they are not all remembered any more.
    std::optional<std::vector<const Change*>> changes_since(std::uint64_t revision) const;
    /// Called after every change, never from within another call of it.
    void on_change(std::function<void(const Change&)> listener);

private:
    const json::value& existing(const ObjectKey& key) const;
    void check_version(
        const ObjectKey& key, const json::value& now, const json::value& wanted) const;
    void record(const ObjectKey& key, json::value before, json::value after);

    std::map<ObjectKey, json::value> objects_;
    std::deque<Change> history_;
    std::size_t history_max_;
    std::uint64_t revision_ = 1;
    std::vector<std::function<void(const Change&)>> listeners_;
};

ObjectKey key_of(const ResourceType& type, const json::value& object);

/// RFC 3339 with seconds, as Kubernetes writes times.
std::string timestamp_now(std::int64_t seconds_ago = 0);

}  // namespace understudy::sandbox
