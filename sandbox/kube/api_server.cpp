#include "sandbox/kube/api_server.hpp"

#include "sandbox/kube/api_error.hpp"
#include "sandbox/kube/api_request.hpp"
#include "sandbox/kube/openapi_v2.hpp"
#include "sandbox/kube/scale.hpp"

#include <boost/json/serialize.hpp>
#include <fmt/format.h>

#include <algorithm>

namespace understudy::sandbox {

namespace {

constexpr std::string_view access_review_path =
    "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

Response json_response(unsigned status, const json::value& body)
{
    return {status, json::serialize(body)};
}

Response text_response(std::string text)
{
    Response response(200, std::move(text));
    response.content_type = "text/plain";
    return response;
}

/// The object in the version that was asked for: `batch/v1beta1` shows the same CronJobs as
/// `batch/v1`.
json::value shown(const ApiPath& path, json::value object)
{
    set_at(object, "/apiVersion", json::value(path.type->api_version()));
    return object;
}

std::string with_group(std::string_view resource, std::string_view group)
{
    return group.empty() ? std::string(resource) : fmt::format("{}.{}", resource, group);
}

[[noreturn]] void refuse_method(const Request& request)
{
    throw ApiError(
        405, "MethodNotAllowed", "the server does not allow this method: " + request.method);
}

json::value metadata_of(const json::value& object)
{
    return json::object{
        {"kind", "PartialObjectMetadata"},
        {"apiVersion", "meta.k8s.io/v1"},
        {"metadata", *find_at(object, "/metadata")}};
}

}  // namespace

bool ApiUser::is_allowed(
    std::string_view verb, std::string_view resource, std::string_view object) const
{
    if (may_write || verb == "get" || verb == "list" || verb == "watch")
        return true;
    return std::ranges::any_of(may, [&](const ApiRule& rule) {
        const bool named = rule.names.empty() || std::ranges::count(rule.names, object) > 0;
        return rule.resource == resource && named && std::ranges::count(rule.verbs, verb) > 0;
    });
}

ApiServer::ApiServer(std::shared_ptr<ObjectStore> store, Options options)
    : store_(std::move(store)),
      options_(std::move(options)),
      watches_(std::make_shared<Watches>(store_))
{
    store_->on_change([watches = std::weak_ptr(watches_)](const Change&) {
        if (const auto all = watches.lock())
            all->wake();
    });
}

Response ApiServer::answer(const Request& request)
{
    try {
        return route(request);
    } catch (const ApiError& error) {
        return json_response(error.code, status_of(error));
    } catch (const std::exception& error) {
        return json_response(500, status_of(ApiError(500, "InternalError", error.what())));
    }
}

Response ApiServer::route(const Request& request)
{
    if (request.path == "/healthz" || request.path == "/readyz" || request.path == "/livez")
        return text_response("ok");
    const auto& user = authenticate(request);
    const auto path = parse_api_path(request.path);
    if (path && (path->type->version != "v1beta1" || options_.batch_v1beta1)) {
        authorize(user, request, *path);
        return path->name.empty() ? collection(request, *path) : object(request, *path);
    }
    if (request.path == access_review_path && request.method == "POST")
        return review_access(user, request);
    return discover(request.path);
}

Response ApiServer::discover(const std::string& path) const
{
    if (path == "/openapi/v2") {
        Response document(200, openapi_v2(resource_types()));
        document.content_type = openapi_v2_media_type;
        return document;
    }
    if (const auto document = discovery(path, options_.batch_v1beta1))
        return json_response(200, *document);
    throw ApiError(404, "NotFound", "the server could not find the requested resource");
}

/// `kubectl auth can-i`
Response ApiServer::review_access(const ApiUser& user, const Request& request)
{
    auto review = parsed_body(request);
    constexpr std::string_view asked = "/spec/resourceAttributes/";
    const auto attribute = [&](std::string_view name) {
        return text_at(review, fmt::format("{}{}", asked, name));
    };
    const auto resource = with_group(attribute("resource"), attribute("group"));
    const bool allowed = user.is_allowed(attribute("verb"), resource, attribute("name"));
    set_at(review, "/status", json::object{{"allowed", allowed}});
    return json_response(201, review);
}

const ApiUser& ApiServer::authenticate(const Request& request) const
{
    constexpr std::string_view bearer = "Bearer ";
    const auto header = request.header("authorization");
    if (header.starts_with(bearer)) {
        const auto found = options_.users.find(std::string_view(header).substr(bearer.size()));
        if (found != options_.users.end())
            return found->second;
    }
    throw ApiError(401, "Unauthorized", "Unauthorized");
}

void ApiServer::authorize(const ApiUser& user, const Request& request, const ApiPath& path)
{
    // A dry run needs the right to the real thing, as in RBAC.
    const auto verb = request.method == "HEAD" ? "get" : verb_of(request, path);
    const auto resource = path.subresource.empty()
                              ? std::string(path.type->plural)
                              : fmt::format("{}/{}", path.type->plural, path.subresource);
    if (user.is_allowed(verb, with_group(resource, path.type->group), path.name))
        return;
    throw ApiError(
        403, "Forbidden",
        fmt::format(
            "{} \"{}\" is forbidden: User \"{}\" cannot {} resource \"{}\" in API group \"{}\" in "
            "the namespace \"{}\"",
            path.type->qualified(), path.name, user.name, verb, resource, path.type->group,
            path.name_space));
}

Response ApiServer::collection(const Request& request, const ApiPath& path)
{
    if (request.method == "GET")
        return wants_watch(request) ? watches_->start(watch_request(request, path))
                                    : list(request, path);
    if (request.method == "POST")
        return create(request, path);
    refuse_method(request);
}

Response ApiServer::object(const Request& request, const ApiPath& path)
{
    if (path.subresource == "proxy")
        return proxy(path);
    if (path.subresource == "log")
        return log(path);
    if (path.subresource == "scale" && path.type->scale)
        return scale(request, path);
    if (!path.subresource.empty() && !(path.subresource == "status" && path.type->status))
        throw ApiError(404, "NotFound", "the server could not find the requested resource");
    if (request.method == "GET" || request.method == "HEAD")
        return wants_metadata_only(request) ? json_response(200, metadata_of(existing(path)))
                                            : json_response(200, shown(path, existing(path)));
    if (request.method == "PUT")
        return write(request, path, parsed_body(request));
    if (request.method == "PATCH") {
        auto wanted = patched(request, *path.type, existing(path));
        return write(request, path, std::move(wanted));
    }
    if (request.method == "DELETE" && path.subresource.empty())
        return remove(request, path);
    refuse_method(request);
}

const json::value& ApiServer::existing(const ApiPath& path) const
{
    const auto* found = store_->find({path.type->qualified(), path.name_space, path.name});
    if (found == nullptr)
        throw ApiError(
            404, "NotFound", fmt::format("{} \"{}\" not found", path.type->qualified(), path.name));
    return *found;
}

Response ApiServer::list(const Request& request, const ApiPath& path) const
{
    const Selector selector(request.parameter("labelSelector"), request.parameter("fieldSelector"));
    json::array items;
    for (const auto* object : store_->list(path.type->qualified(), path.name_space)) {
        if (selector.matches(*object))
            items.push_back(shown(path, *object));
    }
    const json::object metadata{{"resourceVersion", std::to_string(store_->revision())}};
    return json_response(
        200, {{"kind", fmt::format("{}List", path.type->kind)},
              {"apiVersion", path.type->api_version()},
              {"metadata", metadata},
              {"items", std::move(items)}});
}

Response ApiServer::create(const Request& request, const ApiPath& path)
{
    auto wanted = parsed_body(request);
    admit(path);
    if (path.type->namespaced)
        set_at(wanted, "/metadata/namespace", json::value(path.name_space));
    if (text_at(wanted, "/metadata/name").empty())
        throw ApiError(422, "Invalid", "metadata.name: Required value: name is required");
    if (is_dry_run(request))
        return json_response(
            201, shown(path, store_->preview_creation(*path.type, std::move(wanted))));
    return json_response(201, shown(path, store_->create(*path.type, std::move(wanted))));
}

Response ApiServer::write(const Request& request, const ApiPath& path, json::value object)
{
    if (text_at(object, "/metadata/name") != path.name)
        throw ApiError(
            400, "BadRequest", "the name of the object does not match the name on the URL");
    if (path.type->namespaced)
        set_at(object, "/metadata/namespace", json::value(path.name_space));
    set_at(object, "/apiVersion", json::value(text_at(existing(path), "/apiVersion")));
    admit(path);
    const auto part = path.subresource == "status" ? Part::status : Part::main;
    if (is_dry_run(request))
        return json_response(
            200, shown(path, store_->preview(*path.type, std::move(object), part)));
    return json_response(200, shown(path, store_->replace(*path.type, std::move(object), part)));
}

void ApiServer::admit(const ApiPath& path) const
{
    if (options_.admit)
        options_.admit(*path.type);
}

Response ApiServer::remove(const Request& request, const ApiPath& path)
{
    const auto preconditions = preconditions_of(request);
    const auto uid = text_at(existing(path), "/metadata/uid");
    const ObjectKey key{path.type->qualified(), path.name_space, path.name};
    store_->check_removal(key, preconditions);
    if (!deletion_is_dry_run(request))
        store_->remove(key);
    auto status = success_status();
    set_at(status, "/details/name", json::value(path.name));
    set_at(status, "/details/kind", json::value(path.type->plural));
    set_at(status, "/details/uid", json::value(uid));
    return json_response(200, status);
}

Response ApiServer::scale(const Request& request, const ApiPath& path)
{
    const auto& now = existing(path);
    const auto current = scale_of(now);
    if (request.method == "GET")
        return json_response(200, current);
    if (request.method != "PUT" && request.method != "PATCH")
        refuse_method(request);
    // A Scale is a view: what it says of replicas is written into the object behind it.
    auto wanted =
        request.method == "PUT" ? parsed_body(request) : patched(request, *path.type, current);
    auto object = with_scale(now, wanted);
    const auto stored = is_dry_run(request)
                            ? store_->preview(*path.type, std::move(object), Part::main)
                            : store_->replace(*path.type, std::move(object), Part::main);
    return json_response(200, scale_of(stored));
}

/// There is no process behind a pod to write one; who collects logs gets a line.
Response ApiServer::log(const ApiPath& path) const
{
    existing(path);
    return text_response(fmt::format("{}: the stand-in writes no log\n", path.name));
}

Response ApiServer::proxy(const ApiPath& path) const
{
    const auto colon = path.name.find(':');
    ApiPath pod = path;
    pod.name = path.name.substr(0, colon);
    const auto port = colon == std::string::npos ? std::string() : path.name.substr(colon + 1);
    const auto& object = existing(pod);
    if (options_.pod_proxy)
        return options_.pod_proxy(object, port, path.rest.empty() ? "/" : path.rest);
    throw ApiError(503, "ServiceUnavailable", "error trying to reach service: connection refused");
}

}  // namespace understudy::sandbox
