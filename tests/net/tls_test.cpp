#include <gmock/gmock.h>

#include "http_fixture.hpp"

namespace understudy::net {
namespace {

using namespace std::chrono_literals;
using core::Reason;
using support::Authority;
using support::close;
using support::hang;
using support::LeafWish;
using support::PeerTls;
using support::read_head;
using support::ScriptedPeer;
using support::send;
using testing::HasSubstr;

const Authority& our_authority()
{
    static const Authority authority("Our CA");
    return authority;
}

LeafWish wish(std::vector<std::string> names)
{
    LeafWish wanted;
    wanted.names = std::move(names);
    return wanted;
}

class TlsTest : public HttpTest {
protected:
    HttpTarget tls_target(std::uint16_t port, TlsOptions options = {})
    {
        if (options.ca_pem.empty())
            options.ca_pem = our_authority().certificate();
        HttpTarget target = target_at(port, "plane.test");
        target.tls = std::make_shared<const TlsContext>(options);
        return target;
    }

    /// What comes of a peer that shows `identity` and answers well.
    HttpReply exchange_with_identity(support::Issued identity, TlsOptions options = {})
    {
        PeerTls tls;
        tls.identity = std::move(identity);
        const ScriptedPeer peer(io, tls, {read_head, send(ok_response), hang});
        return exchange(tls_target(peer.port(), std::move(options)));
    }
};

TEST_F(TlsTest, VerifiesAndReportsTheCertificate)
{
    const auto reply =
        exchange_with_identity(our_authority().issue(wish({"DNS:plane.test", "DNS:*.other.test"})));
    EXPECT_EQ(reply.reason, Reason::none) << reply.detail;
    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(reply.certificate.issuer, "CN=Our CA");
    EXPECT_THAT(reply.certificate.names, testing::ElementsAre("plane.test", "*.other.test"));
    EXPECT_EQ(reply.certificate.chain_not_after, reply.certificate.not_after);
}

TEST_F(TlsTest, ExpiredIsKnownAsSuchAndCaptured)
{
    LeafWish expired = wish({"DNS:plane.test"});
    expired.begins = -2h;
    expired.ends = -1h;
    const auto reply = exchange_with_identity(our_authority().issue(expired));
    EXPECT_EQ(reply.reason, Reason::tls_expired) << reply.detail;
    EXPECT_TRUE(reply.certificate.presented());
    EXPECT_EQ(reply.certificate.chain_not_after, 0);
    EXPECT_THAT(reply.certificate.names, testing::ElementsAre("plane.test"));
    EXPECT_FALSE(reply.request_sent) << "nothing is said to a peer that is not trusted";
}

TEST_F(TlsTest, WhatHasExpiredAboveAGoodLeafIsNamed)
{
    const Authority old("Old CA", -1h);
    TlsOptions options;
    options.ca_pem = old.certificate();
    const auto reply = exchange_with_identity(old.issue(wish({"DNS:plane.test"})), options);
    EXPECT_EQ(reply.reason, Reason::tls_expired) << reply.detail;
    EXPECT_THAT(reply.detail, HasSubstr("certificate has expired, in its chain: CN=Old CA"));
    EXPECT_THAT(reply.certificate.names, testing::ElementsAre("plane.test"));
}

TEST_F(TlsTest, NotYetValidCountsAsExpired)
{
    LeafWish early = wish({"DNS:plane.test"});
    early.begins = 1h;
    const auto reply = exchange_with_identity(our_authority().issue(early));
    EXPECT_EQ(reply.reason, Reason::tls_expired) << reply.detail;
    EXPECT_TRUE(reply.certificate.presented());
}

TEST_F(TlsTest, AnotherNameIsNotTrusted)
{
    const auto reply = exchange_with_identity(our_authority().issue(wish({"DNS:other.test"})));
    EXPECT_EQ(reply.reason, Reason::tls_verify) << reply.detail;
    EXPECT_THAT(reply.certificate.names, testing::ElementsAre("other.test"));
}

TEST_F(TlsTest, AnotherAuthorityIsNotTrusted)
{
    const Authority foreign("Foreign CA");
    const auto reply = exchange_with_identity(foreign.issue(wish({"DNS:plane.test"})));
    EXPECT_EQ(reply.reason, Reason::tls_verify) << reply.detail;
    EXPECT_EQ(reply.certificate.issuer, "CN=Foreign CA");
}

TEST_F(TlsTest, TheServerNameIsApartFromTheAddress)
{
    TlsOptions options;
    options.server_name = "other.test";
    const auto reply =
        exchange_with_identity(our_authority().issue(wish({"DNS:other.test"})), options);
    EXPECT_EQ(reply.reason, Reason::none) << reply.detail;
}

TEST_F(TlsTest, ANumericAddressIsHeldAgainstTheAddressesOfTheLeaf)
{
    TlsOptions options;
    options.server_name = "127.0.0.1";
    const auto& authority = our_authority();
    const auto good = exchange_with_identity(authority.issue(wish({"IP:127.0.0.1"})), options);
    EXPECT_EQ(good.reason, Reason::none) << good.detail;
    const auto bad = exchange_with_identity(authority.issue(wish({"IP:127.0.0.9"})), options);
    EXPECT_EQ(bad.reason, Reason::tls_verify) << bad.detail;
}

class TlsClientCertificate : public TlsTest, public testing::WithParamInterface<bool> {
protected:
    PeerTls demanding() const
    {
        PeerTls tls;
        tls.identity = our_authority().issue(wish({"DNS:plane.test"}));
        tls.client_authority = our_authority().certificate();
        tls.only_tls12 = GetParam();
        return tls;
    }
};

TEST_P(TlsClientCertificate, ThatIsMissingIsOurOwnTrouble)
{
    const ScriptedPeer peer(io, demanding(), {read_head, send(ok_response), close});
    const auto reply = exchange(tls_target(peer.port()));
    EXPECT_EQ(reply.reason, Reason::credentials) << reply.detail;
}

TEST_P(TlsClientCertificate, ThatIsGoodIsAccepted)
{
    const auto identity = our_authority().issue(wish({"DNS:client"}));
    TlsOptions options;
    options.certificate_pem = identity.certificate;
    options.key_pem = identity.key;
    const ScriptedPeer peer(io, demanding(), {read_head, send(ok_response), hang});
    const auto reply = exchange(tls_target(peer.port(), options));
    EXPECT_EQ(reply.reason, Reason::none) << reply.detail;
}

INSTANTIATE_TEST_SUITE_P(Version, TlsClientCertificate, testing::Bool(), [](const auto& row) {
    return row.param ? "Tls12" : "Tls13";
});

struct BrokenHandshake {
    const char* name;
    std::vector<support::Act> script;
    Reason reason;
};

class TlsBrokenHandshake : public TlsTest, public testing::WithParamInterface<BrokenHandshake> {};

TEST_P(TlsBrokenHandshake, HasItsReason)
{
    limits.timeout = 400ms;
    const ScriptedPeer peer(io, GetParam().script);
    const auto reply = exchange(tls_target(peer.port()));
    EXPECT_EQ(reply.reason, GetParam().reason) << name_of(reply.reason) << ": " << reply.detail;
    EXPECT_FALSE(reply.request_sent);
}

const std::vector<BrokenHandshake> broken_handshakes{
    {"Closed", {close}, Reason::connect_reset},
    {"Reset", {support::reset}, Reason::connect_reset},
    {"CutInARecord", {send("\x16\x03\x03"), close}, Reason::connect_reset},
    {"Hangs", {hang}, Reason::timeout},
    {"TalksHttp", {send("HTTP/1.1 400 Bad Request\r\n\r\n"), hang}, Reason::protocol},
    {"TalksSsh", {send("SSH-2.0-OpenSSH_9.2\r\n"), hang}, Reason::protocol},
    {"Alerts", {send(std::string("\x15\x03\x03\x00\x02\x02\x50", 7)), hang}, Reason::protocol},
};

INSTANTIATE_TEST_SUITE_P(
    Peer, TlsBrokenHandshake, testing::ValuesIn(broken_handshakes), [](const auto& row) {
        return row.param.name;
    });

TEST_F(TlsTest, ABodyWithoutAnEndMayBeCut)
{
    PeerTls tls;
    tls.identity = our_authority().issue(wish({"DNS:plane.test"}));
    const ScriptedPeer peer(io, tls, {read_head, send("HTTP/1.1 200 OK\r\n\r\nabc"), close});
    const auto reply = exchange(tls_target(peer.port()));
    EXPECT_EQ(reply.reason, Reason::connect_reset) << "no close_notify: anybody may have cut it";
}

TEST(TlsNames, WildcardsStandForOneLabel)
{
    PeerCertificate certificate;
    certificate.names = {"*.tsb.test", "Exact.Test"};
    EXPECT_TRUE(certificate.covers("east.tsb.test"));
    EXPECT_TRUE(certificate.covers("EAST.tsb.test."));
    EXPECT_TRUE(certificate.covers("exact.test"));
    EXPECT_FALSE(certificate.covers("tsb.test"));
    EXPECT_FALSE(certificate.covers("a.east.tsb.test"));
    EXPECT_FALSE(certificate.covers(".tsb.test"));
    EXPECT_FALSE(certificate.covers("xexact.test"));
}

TEST(TlsContext, NamesTheFileThatIsWrong)
{
    TlsOptions options;
    options.ca_file = "/nonexistent/ca.pem";
    try {
        const TlsContext context(options);
        FAIL() << "must not be made without its roots";
    } catch (const std::runtime_error& error) {
        EXPECT_THAT(error.what(), HasSubstr("/nonexistent/ca.pem"));
    }
}

}  // namespace
}  // namespace understudy::net
