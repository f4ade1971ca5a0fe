#include "net/http_credentials.hpp"

#include "net/basic_auth.hpp"

namespace understudy::net {

using Kind = HttpCredentials::Kind;

Secret read_credential(const HttpCredentials& credentials)
{
    switch (credentials.kind) {
    case Kind::none: return {};
    case Kind::basic: {
        const Secret password = read_secret(credentials.file);
        return basic_authorization(credentials.user, password);
    }
    case Kind::bearer:
    case Kind::tetrate_token: return read_secret(credentials.file);
    }
    return {};
}

void add_credential(
    HttpRequest& request, const HttpCredentials& credentials, const Secret& credential)
{
    if (credentials.kind == Kind::tetrate_token)
        request.headers.emplace_back("x-tetrate-token", credential.reveal());
    else if (credentials.kind == Kind::bearer)
        request.headers.emplace_back("Authorization", "Bearer " + std::string(credential.reveal()));
    else if (credentials.kind == Kind::basic)
        request.headers.emplace_back("Authorization", credential.reveal());
}

}  // namespace understudy::net
