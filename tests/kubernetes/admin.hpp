/// A person who may do everything in the cluster, for what tests prepare and look at.
#pragma once

#include "net/http_client.hpp"
#include "net/kubernetes_client.hpp"
#include "net/resolver.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/value.hpp>

#include <filesystem>
#include <string>

namespace understudy::kubernetes {

/// Every call throws std::runtime_error with the server's words when it is refused.
class Admin {
public:
    explicit Admin(const std::filesystem::path& kubeconfig);

    boost::json::value get(const std::string& path);
    bool exists(const std::string& path);
    /// `path` is that of the collection.
    boost::json::value create(const std::string& path, const std::string& object);
    /// A JSON merge patch (RFC 7396).
    boost::json::value merge(const std::string& path, const std::string& patch);
    void remove(const std::string& path);

private:
    boost::json::value send(
        const std::string& method,
        const std::string& path,
        const std::string& body,
        const std::string& content_type);

    boost::asio::io_context io_{1};
    net::Resolver resolver_{io_.get_executor()};
    net::HttpClient http_{resolver_};
    net::KubernetesClient client_;
};

}  // namespace understudy::kubernetes
