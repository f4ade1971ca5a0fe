#include "net/tsig_key.hpp"

#include "net/base64.hpp"
#include "net/dns_message.hpp"

#include <algorithm>
#include <array>
#include <stdexcept>

namespace understudy::net {

namespace {

/// Those that the DNS library signs with and that are still recommended (RFC 8945, table 3). It
/// misspells hmac-sha384, and cannot use it.
constexpr std::array<std::string_view, 2> algorithms{"hmac-sha256", "hmac-sha512"};

/// Cuts BIND's syntax into words; quotes, braces and semicolons only separate.
class Words {
public:
    explicit Words(std::string_view text) : rest_(text) {}

    std::string_view next()
    {
        constexpr std::string_view separators = " \t\r\n\"{};";
        const auto begin = rest_.find_first_not_of(separators);
        rest_.remove_prefix(std::min(begin, rest_.size()));
        const auto word = rest_.substr(0, rest_.find_first_of(separators));
        rest_.remove_prefix(word.size());
        return word;
    }

private:
    std::string_view rest_;
};

[[noreturn]] void refuse(std::string_view where, const std::string& what)
{
    throw std::runtime_error("TSIG key file " + std::string(where) + " " + what);
}

std::string agreed(
    const std::string& wanted, const std::string& found, const char* what, std::string_view where)
{
    if (found.empty())
        return wanted;
    if (!wanted.empty() && wanted != found)
        refuse(where, std::string("holds a key with another ") + what + " than the settings name");
    return found;
}

/// `text` begins with the word `key`.
TsigKey key_in_statement(std::string_view text)
{
    TsigKey key;
    Words words(text);
    words.next();
    key.name = canonical_name(words.next());
    for (auto word = words.next(); !word.empty(); word = words.next()) {
        if (word == "algorithm")
            key.algorithm = canonical_name(words.next());
        else if (word == "secret")
            key.secret = Secret(std::string(words.next()));
    }
    return key;
}

TsigKey key_in(std::string_view text)
{
    Words words(text);
    const auto first = words.next();
    if (first == "key")
        return key_in_statement(text);
    TsigKey key;
    key.secret = Secret(std::string(first));
    return key;
}

void check(const TsigKey& key, std::string_view where)
{
    if (key.name.empty())
        refuse(where, "does not say the key's name, and neither do the settings");
    if (std::ranges::find(algorithms, key.algorithm) == algorithms.end())
        refuse(
            where, "needs the algorithm hmac-sha256 or hmac-sha512 (make a new key with "
                   "tsig-keygen)");
    auto decoded = decode_base64(key.secret.reveal());
    if (!decoded || decoded->empty())
        refuse(where, "holds neither a BIND key statement nor a line of base64");
    const Secret wiped(std::move(*decoded));
}

}  // namespace

TsigKey tsig_key_in(
    const Secret& text, std::string name, std::string algorithm, std::string_view where)
{
    TsigKey key = key_in(text.reveal());
    key.name = agreed(canonical_name(name), key.name, "name", where);
    key.algorithm = agreed(canonical_name(algorithm), key.algorithm, "algorithm", where);
    if (key.algorithm.empty())
        key.algorithm = algorithms.front();
    check(key, where);
    return key;
}

TsigKey read_tsig_key(const std::filesystem::path& file, std::string name, std::string algorithm)
{
    return tsig_key_in(read_secret(file), std::move(name), std::move(algorithm), file.string());
}

}  // namespace understudy::net
