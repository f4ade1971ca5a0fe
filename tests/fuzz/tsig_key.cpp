// A key file for DNS updates, `NAME\nTEXT`: understood or refused, with the file's name and without
// its secret.
#include "net/tsig_key.hpp"

#include "net/dns_message.hpp"

#include <stdexcept>
#include <string>

#include "target.hpp"

namespace understudy::fuzz {

void try_input(std::string_view input)
{
    constexpr std::string_view where = "/nowhere/key";
    const std::string name(take_until(input, '\n'));
    try {
        const auto key = net::tsig_key_in(net::Secret(std::string(input)), name, "", where);
        require(
            name.empty() || key.name == net::canonical_name(name),
            "a key has the name that was asked for");
        require(!key.name.empty() && !key.secret.empty(), "a key has a name and a secret");
        require(
            key.algorithm == "hmac-sha256" || key.algorithm == "hmac-sha512",
            "a key has an algorithm that is known");
    } catch (const std::runtime_error& error) {
        const std::string_view message = error.what();
        require(message.find(where) != std::string_view::npos, "a refusal names the file");
        require(message.size() <= 512 + name.size(), "a refusal is bounded");
    }
}

}  // namespace understudy::fuzz
