/// What every test of something that asks a Kubernetes API needs: a loop, a server, a client.
#pragma once

#include "net/http_client.hpp"
#include "net/kubernetes_client.hpp"
#include "net/resolver.hpp"

#include "support/fake_api_server.hpp"
#include "support/run_coroutine.hpp"
#include "support/temp_file.hpp"

#include <boost/asio/io_context.hpp>
#include <gtest/gtest.h>

#include <deque>
#include <memory>
#include <string>
#include <utility>

namespace understudy::support {

/// `user` is the YAML of the user's entry, e.g. `{token: abc}`.
inline std::string kubeconfig_text(const std::string& server, const std::string& user)
{
    return "apiVersion: v1\nkind: Config\ncurrent-context: c\n"
           "contexts: [{name: c, context: {cluster: k, user: u}}]\n"
           "clusters: [{name: k, cluster: {server: '" +
           server + "'}}]\nusers: [{name: u, user: " + user + "}]\n";
}

class ClusterTest : public testing::Test {
protected:
    /// Answers in their order, the last one again and again.
    void answer_with(std::deque<std::string> answers)
    {
        answer_by([answers = std::move(answers)](const ApiRequest&) mutable {
            auto answer = answers.front();
            if (answers.size() > 1)
                answers.pop_front();
            return answer;
        });
    }

    void answer_by(FakeApiServer::Answer answer)
    {
        server_ = std::make_unique<FakeApiServer>(io_, std::move(answer));
    }

    std::shared_ptr<net::KubernetesClient> client(const std::string& user = "{token: t0ken}")
    {
        return client_at(server_->url(), user);
    }

    std::shared_ptr<net::KubernetesClient> client_at(
        const std::string& url, const std::string& user = "{token: t0ken}")
    {
        const TempFile file(kubeconfig_text(url, user));
        net::KubernetesOptions options;
        options.kubeconfig = file.path();
        return std::make_shared<net::KubernetesClient>(http_, options);
    }

    boost::asio::io_context io_{1};
    net::Resolver resolver_{io_.get_executor()};
    net::HttpClient http_{resolver_};
    std::unique_ptr<FakeApiServer> server_;
};

}  // namespace understudy::support
