#include "net/tsig_key.hpp"

#include "support/temp_file.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <stdexcept>

namespace understudy::net {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string secret = "c2VjcmV0IG9mIHRoZSB0ZXN0cw==";

TsigKey key_in(const std::string& text, std::string name = "", std::string algorithm = "")
{
    return tsig_key_in(Secret(text), std::move(name), std::move(algorithm), "k");
}

std::string trouble_with(const std::string& text, std::string name = "", std::string algorithm = "")
{
    try {
        key_in(text, std::move(name), std::move(algorithm));
    } catch (const std::runtime_error& error) {
        return error.what();
    }
    return "nothing";
}

std::string statement(const std::string& algorithm)
{
    return "key \"Understudy.\" {\n\talgorithm " + algorithm + ";\n\tsecret \"" + secret +
           "\";\n};\n";
}

TEST(TsigKeyFile, MayBeBindsStatement)
{
    const auto key = key_in(statement("hmac-sha512"));
    EXPECT_EQ(key.name, "understudy");
    EXPECT_EQ(key.algorithm, "hmac-sha512");
    EXPECT_EQ(key.secret.reveal(), secret);
    EXPECT_EQ(key_in("key k {algorithm hmac-sha256;secret " + secret + ";};").name, "k");
}

TEST(TsigKeyFile, MayBeALineOfBase64)
{
    const auto key = key_in(secret + "\n", "understudy");
    EXPECT_EQ(key.name, "understudy");
    EXPECT_EQ(key.algorithm, "hmac-sha256");
    EXPECT_EQ(key.secret.reveal(), secret);
}

TEST(TsigKeyFile, IsHeldAgainstTheSettings)
{
    EXPECT_EQ(trouble_with(statement("hmac-sha256"), "understudy", "hmac-sha256"), "nothing");
    EXPECT_THAT(trouble_with(statement("hmac-sha256"), "other"), HasSubstr("another name"));
    EXPECT_THAT(
        trouble_with(statement("hmac-sha256"), "", "hmac-sha512"), HasSubstr("another algorithm"));
}

TEST(TsigKeyFile, SaysWhatIsMissingAndNeverWhatIsThere)
{
    EXPECT_THAT(trouble_with(secret), HasSubstr("does not say the key's name"));
    EXPECT_THAT(trouble_with(statement("hmac-md5")), HasSubstr("needs the algorithm"));
    for (const char* text : {"", "key", "key k {}", "no base64 at all!"}) {
        EXPECT_THAT(trouble_with(text, "k"), HasSubstr("neither a BIND key statement nor")) << text;
    }
    EXPECT_THAT(trouble_with("gar!bage", "k"), Not(HasSubstr("gar")));
}

TEST(TsigKeyFile, MustBeAsPrivateAsAnySecret)
{
    const support::TempFile open_file(statement("hmac-sha256"), 0644);
    EXPECT_THROW(read_tsig_key(open_file.path(), "", ""), std::runtime_error);
    const support::TempFile file(statement("hmac-sha256"));
    EXPECT_EQ(read_tsig_key(file.path(), "", "").name, "understudy");
}

}  // namespace
}  // namespace understudy::net
