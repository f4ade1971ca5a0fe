/// The Kubernetes API of one cluster, over an ObjectStore.
#pragma once

#include "sandbox/http.hpp"
#include "sandbox/kube/api_path.hpp"
#include "sandbox/kube/object_store.hpp"
#include "sandbox/kube/watch.hpp"

#include <functional>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace understudy::sandbox {

/// As a rule of RBAC: these verbs on these objects. Everybody may read.
struct ApiRule {
    std::string resource;  ///< With its group: `deployments.apps`, `deployments/scale.apps`.
    std::vector<std::string> verbs;
    std::vector<std::string> names;  ///< Empty: any name; a creation is never limited by name.

    ApiRule() = default;
};

struct ApiUser {
    std::string name;
    bool may_write = false;  ///< Everything.
    std::vector<ApiRule> may;

    ApiUser() = default;
    ApiUser(std::string who, bool writes) : name(std::move(who)), may_write(writes) {}
    bool is_allowed(
        std::string_view verb, std::string_view resource, std::string_view object) const;
};

/// Users by bearer token.
using ApiUsers = std::map<std::string, ApiUser, std::less<>>;

/// What `pods/NAME:PORT/proxy/PATH` reaches: the pod object, port and path in, a response out.
using PodProxy = std::function<Response(
    const json::value& pod, const std::string& port, const std::string& path)>;

/// Throws ApiError when an object of that type must not be written.
using Admission = std::function<void(const ResourceType&)>;

/// Serves discovery, get, list, watch, create, replace, the three patches, delete, the subresources
/// `status` and `scale`, dry runs and the pod proxy, with the answers of a real server to what is
/// not there (404), not allowed (401, 403), out of date (409, 410) or not understood (400, 415,
/// 422).
class ApiServer {
public:
    struct Options {
        ApiUsers users;
        bool batch_v1beta1 = false;
        PodProxy pod_proxy;
        Admission admit;
    };

    ApiServer(std::shared_ptr<ObjectStore> store, Options options);

    /// Never throws: a refusal is a response with a Status object.
    Response answer(const Request& request);

private:
    Response route(const Request& request);
    const ApiUser& authenticate(const Request& request) const;
    static void authorize(const ApiUser& user, const Request& request, const ApiPath& path);
    Response collection(const Request& request, const ApiPath& path);
    Response object(const Request& request, const ApiPath& path);
    Response scale(const Request& request, const ApiPath& path);
    Response proxy(const ApiPath& path) const;
    Response log(const ApiPath& path) const;
    static Response review_access(const ApiUser& user, const Request& request);
    Response discover(const std::string& path) const;

    Response list(const Request& request, const ApiPath& path) const;
    Response create(const Request& request, const ApiPath& path);
    Response write(const Request& request, const ApiPath& path, json::value object);
    Response remove(const Request& request, const ApiPath& path);
    void admit(const ApiPath& path) const;
    const json::value& existing(const ApiPath& path) const;

    std::shared_ptr<ObjectStore> store_;
    Options options_;
    std::shared_ptr<Watches> watches_;
};

}  // namespace understudy::sandbox
