#include "sandbox/kube/api_request.hpp"

#include "sandbox/kube/api_error.hpp"
#include "sandbox/kube/patch.hpp"

#include <boost/json/parse.hpp>

#include <algorithm>
#include <charconv>

namespace understudy::sandbox {

namespace {

constexpr std::uint64_t watch_seconds_max = 3600;

std::uint64_t revision_of(const std::string& text)
{
    std::uint64_t revision = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
    if (error != std::errc() || stop != text.data() + text.size())
        throw ApiError(400, "BadRequest", "resourceVersion: Invalid value: \"" + text + "\"");
    return revision;
}

}  // namespace

/// JSON only. (kubectl from 1.32 on sends Protocol Buffers where it knows the type itself: `kubectl
/// create configmap`, `auth can-i`. With `create -f`, and for what it patches, scales and deletes,
/// it is JSON.)
json::value parsed_body(const Request& request)
{
    if (request.header("content-type").starts_with("application/vnd.kubernetes.protobuf"))
        throw ApiError(
            415, "UnsupportedMediaType",
            "the stand-in reads JSON only; use `kubectl create -f` or an older kubectl");
    boost::system::error_code error;
    auto body = json::parse(request.body, error);
    if (error || !(body.is_object() || body.is_array()))
        throw ApiError(400, "BadRequest", "the body is not JSON: " + error.message());
    return body;
}

bool is_dry_run(const Request& request) { return request.parameter("dryRun") == "All"; }

bool wants_watch(const Request& request)
{
    const auto watch = request.parameter("watch");
    return watch == "true" || watch == "1";
}

WatchRequest watch_request(const Request& request, const ApiPath& path)
{
    WatchRequest watch;
    watch.resource = path.type->qualified();
    watch.name_space = path.name_space;
    watch.api_version = path.type->api_version();
    watch.selector =
        Selector(request.parameter("labelSelector"), request.parameter("fieldSelector"));
    const auto since = request.parameter("resourceVersion");
    if (!since.empty() && since != "0")
        watch.since = revision_of(since);
    if (const auto time = request.parameter("timeoutSeconds"); !time.empty())
        watch.time_max = std::chrono::seconds(std::min(revision_of(time), watch_seconds_max));
    return watch;
}

std::string verb_of(const Request& request, const ApiPath& path)
{
    if (request.method == "GET")
        return wants_watch(request) ? "watch" : path.name.empty() ? "list" : "get";
    if (request.method == "POST")
        return "create";
    return request.method == "PUT" ? "update" : request.method == "PATCH" ? "patch" : "delete";
}

json::value patched(const Request& request, const ResourceType& type, const json::value& object)
{
    const auto kind = request.header("content-type");
    const auto patch = parsed_body(request);
    if (kind.starts_with("application/json-patch+json"))
        return json_patch(object, patch);
    if (kind.starts_with("application/merge-patch+json"))
        return merge_patch(object, patch);
    if (kind.starts_with("application/strategic-merge-patch+json") && type.built_in)
        return strategic_patch(object, patch);
    throw ApiError(
        415, "UnsupportedMediaType",
        "the body of the request was in an unknown format - accepted media types include: "
        "application/json-patch+json, application/merge-patch+json");
}

bool wants_metadata_only(const Request& request)
{
    return request.header("accept").find("as=PartialObjectMetadata") != std::string::npos;
}

Preconditions preconditions_of(const Request& request)
{
    if (request.body.empty())
        return {};
    const auto options = parsed_body(request);
    return {
        text_at(options, "/preconditions/uid"), text_at(options, "/preconditions/resourceVersion")};
}

bool deletion_is_dry_run(const Request& request)
{
    if (is_dry_run(request))
        return true;
    const auto options = request.body.empty() ? json::value() : parsed_body(request);
    return text_at(options, "/dryRun/0") == "All";
}

}  // namespace understudy::sandbox
