/// How a request proves who asks.
#pragma once

#include "net/http_client.hpp"
#include "net/secret.hpp"

#include <filesystem>
#include <string>

namespace understudy::net {

/// Files are read again for every request, so rotation needs no reload.
struct HttpCredentials {
    enum class Kind { none, basic, bearer, tetrate_token };
    Kind kind = Kind::none;
    std::string user;            ///< Only for `basic`.
    std::filesystem::path file;  ///< Password or token.
};

/// What the request will carry; empty for `none`. Throws what read_secret() throws.
Secret read_credential(const HttpCredentials& credentials);

/// Puts it into the header that its kind belongs in: TSB takes a token in `x-tetrate-token`,
/// without the word `Bearer`, and everything else in `Authorization`.
void add_credential(
    HttpRequest& request, const HttpCredentials& credentials, const Secret& credential);

}  // namespace understudy::net
