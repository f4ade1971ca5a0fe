/// The ready-made set, and how it is tuned.
#include <gtest/gtest.h>

#include <ostream>
#include <string>
#include <vector>

#include "fixture.hpp"

namespace understudy::config::test {
namespace {

using namespace std::chrono_literals;
using core::Purpose;
using probes::HttpProbe;
using probes::KubernetesProbe;
using probes::PostgresProbe;
using probes::TlsProbe;

/// A plane with everything the set can use; its files are there.
class ReadyMade : public testing::Test {
protected:
    ReadyMade()
    {
        for (const auto* name : {"ca.pem", "password", "kubeconfig"})
            folder_.write(name);
    }

    /// `rest` goes into the section of `east`, which begins on line 5.
    std::string text_with(const std::string& rest, const std::string& top = "") const
    {
        return top + R"(mode = "observe"
[floating]
name = "active.test"
servers = ["127.0.0.53"]
[[plane]]
name = "east"
role = "active"
host = "east.test"
probes = "tsb"
organization = "acme"
ca_file = "ca.pem"
kubeconfig = "kubeconfig"
credentials = { kind = "basic", user = "u", file = "password" }
postgres = [{ instance = "pg1", host = "pg1.test", user = "u", password_file = "password" }]
)" + rest + R"(
[[plane]]
name = "west"
role = "standby"
host = "west.test"
)";
    }

    Settings load_with(const std::string& rest, const std::string& top = "") const
    {
        return settings_of(text_with(rest, top), folder_.path());
    }
    std::vector<std::string> problems_with(const std::string& rest) const
    {
        return problems_in(text_with(rest), folder_.path());
    }

    template <class Options>
    static const Options& options_of(const Settings& settings, std::string_view id)
    {
        static const Options none;
        const auto* probe = find_probe(settings, id);
        const auto* options = probe == nullptr ? nullptr : std::get_if<Options>(&probe->options);
        EXPECT_NE(options, nullptr) << id;
        return options == nullptr ? none : *options;
    }

    template <class Check>
    static const Check& check_of(const Settings& settings, std::string_view id)
    {
        static const Check none;
        const auto& options = options_of<OnCluster<KubernetesProbe::Options>>(settings, id);
        EXPECT_EQ(options.cluster, "east");
        const auto* check = std::get_if<Check>(&options.probe.check);
        EXPECT_NE(check, nullptr) << id;
        return check == nullptr ? none : *check;
    }

    static std::vector<std::string> ids(const Settings& settings)
    {
        std::vector<std::string> result;
        for (const auto& probe : settings.probes)
            result.push_back(probe.settings.id);
        return result;
    }

    const Folder folder_;
};

TEST_F(ReadyMade, IsTheDocumentedSet)
{
    const auto settings = load_with("");
    const std::vector<std::string> expected{
        "floating/cname", "east/api",         "east/promql",          "east/clusters",
        "east/agents",    "east/certificate", "east/deployments",     "east/components",
        "east/primary",   "east/kubegres",    "east/managementplane", "east/keys",
        "east/cronjobs",  "east/postgres-pg1"};
    EXPECT_EQ(ids(settings), expected);
    ASSERT_EQ(settings.watch.probes.size(), expected.size());
    for (std::size_t i = 0; i < expected.size(); ++i)
        EXPECT_EQ(settings.watch.probes[i], settings.probes[i].settings);
}

TEST_F(ReadyMade, EachProbeIsEvidenceOfItsClass)
{
    const auto settings = load_with("");
    const auto purpose = [&](std::string_view id) {
        return find_probe(settings, id)->settings.purpose;
    };
    EXPECT_EQ(purpose("east/api"), Purpose::api);
    EXPECT_EQ(purpose("east/agents"), Purpose::agents);
    EXPECT_EQ(purpose("east/deployments"), Purpose::kubernetes);
    EXPECT_EQ(purpose("east/primary"), Purpose::database);
    EXPECT_EQ(purpose("east/postgres-pg1"), Purpose::database);
    for (const auto* id :
         {"floating/cname", "east/promql", "east/certificate", "east/components", "east/kubegres",
          "east/managementplane", "east/keys", "east/cronjobs", "east/clusters"})
        EXPECT_EQ(purpose(id), Purpose::information) << id;
}

TEST_F(ReadyMade, AsksTheDocumentedRequests)
{
    const auto settings = load_with("");
    const auto& api = options_of<HttpProbe::Options>(settings, "east/api");
    EXPECT_EQ(api.host, "east.test");
    EXPECT_EQ(api.port, 8443);
    EXPECT_EQ(api.path, "/v2/organizations/acme/status");
    EXPECT_EQ(api.expected_status, std::vector<unsigned>{200});
    EXPECT_EQ(api.credentials.user, "u");
    EXPECT_EQ(api.tls_options.ca_file, folder_.path() / "ca.pem");
    EXPECT_TRUE(api.tls);
    ASSERT_EQ(api.json.size(), 1U);
    const auto& promql = options_of<HttpProbe::Options>(settings, "east/promql");
    EXPECT_EQ(promql.path, "/promql/api/v1/labels");
    EXPECT_EQ(promql.json.at(0).equals, "\"success\"");
    const auto& clusters = options_of<HttpProbe::Options>(settings, "east/clusters");
    EXPECT_EQ(clusters.path, "/v2/organizations/acme/clusters");
    EXPECT_TRUE(clusters.lists_clusters);
    EXPECT_FALSE(api.lists_clusters);
}

TEST_F(ReadyMade, ComesAsAControlPlaneComes)
{
    const auto settings = load_with("");
    const auto& agents = options_of<TlsProbe::Options>(settings, "east/agents");
    EXPECT_EQ(agents.port, 9443);
    EXPECT_EQ(agents.tls_options.server_name, "east.test");
    const auto& certificate = options_of<TlsProbe::Options>(settings, "east/certificate");
    EXPECT_EQ(certificate.host, "east.test");
    EXPECT_EQ(certificate.tls_options.server_name, "active.test");
    EXPECT_EQ(certificate.expected_names, (std::vector<std::string>{"east.test", "active.test"}));
}

TEST_F(ReadyMade, AsksKubernetesForWhatIsKnown)
{
    const auto settings = load_with("");
    EXPECT_EQ(
        check_of<probes::DeploymentsCheck>(settings, "east/deployments").names,
        (std::vector<std::string>{"envoy", "iam", "tsb"}));
    const auto& primary = check_of<probes::DatabasePodsCheck>(settings, "east/primary");
    EXPECT_EQ(primary.name, "tsb-postgres");
    EXPECT_TRUE(primary.primary_expected);
    EXPECT_EQ(
        check_of<probes::KeyIdsCheck>(settings, "east/keys").secrets,
        (std::vector<std::string>{"iam-signing-key", "tsb-iam-jwks"}));
    EXPECT_EQ(settings.clusters.at("east").kubeconfig, folder_.path() / "kubeconfig");
}

TEST_F(ReadyMade, ExpectsAPrimaryAndVerifies)
{
    const auto settings = load_with("");
    const auto& postgres = options_of<PostgresProbe::Options>(settings, "east/postgres-pg1");
    EXPECT_EQ(postgres.expect, PostgresProbe::Expect::primary);
    EXPECT_EQ(postgres.sslmode, "verify-full");
    EXPECT_EQ(postgres.ca_file, folder_.path() / "ca.pem");
    EXPECT_EQ(postgres.instance, "pg1");
}

TEST_F(ReadyMade, LooksLessOftenAtWhatChangesSlowly)
{
    const auto settings = load_with("");
    EXPECT_EQ(find_probe(settings, "east/api")->settings.interval, 5s);
    EXPECT_EQ(find_probe(settings, "east/kubegres")->settings.interval, 5s);
    for (const auto* id :
         {"east/promql", "east/certificate", "east/keys", "east/cronjobs", "east/components",
          "east/clusters"})
        EXPECT_EQ(find_probe(settings, id)->settings.interval, 30s) << id;
}

TEST_F(ReadyMade, KnowsNoPrimaryPodWithoutSynchronisation)
{
    const auto settings = load_with("", "variant = \"restore\"\n");
    EXPECT_EQ(find_probe(settings, "east/primary"), nullptr);
    EXPECT_FALSE(check_of<probes::DatabasePodsCheck>(settings, "east/replicas").primary_expected);
}

TEST_F(ReadyMade, NeedsAnOrganizationAndCredentials)
{
    const auto problems = problems_in(minimal + "[log]\n", folder_.path());
    EXPECT_TRUE(problems.empty());
    auto text = minimal;
    text.replace(text.find("host = \"east.test\""), 18, "host = \"east.test\"\nprobes = \"tsb\"");
    const auto lacking = problems_in(text, folder_.path());
    ASSERT_EQ(lacking.size(), 2U);
    EXPECT_EQ(lacking[0].substr(0, 36), "4:1: plane.organization is missing: ");
    EXPECT_EQ(lacking[1].substr(0, 35), "4:1: plane.credentials is missing: ");
}

TEST_F(ReadyMade, ATunedProbeKeepsWhatIsNotGiven)
{
    const auto settings =
        load_with("[[plane.probe]]\nname = \"api\"\ntimeout = \"2s\"\nrise = 5\npath = \"/other\"\n"
                  "[[plane.probe]]\nname = \"deployments\"\nnames = [\"tsb\"]\n");
    const auto& tuned = find_probe(settings, "east/api")->settings;
    EXPECT_EQ(tuned.timeout, 2s);
    EXPECT_EQ(tuned.interval, 5s);
    EXPECT_EQ(tuned.damping.rise, 5);
    EXPECT_EQ(tuned.purpose, Purpose::api);
    const auto& api = options_of<HttpProbe::Options>(settings, "east/api");
    EXPECT_EQ(api.path, "/other");
    EXPECT_EQ(api.timeout, 2s);
    EXPECT_EQ(api.credentials.user, "u");
    EXPECT_EQ(
        check_of<probes::DeploymentsCheck>(settings, "east/deployments").names,
        std::vector<std::string>{"tsb"});
}

TEST_F(ReadyMade, AProbeCanBeRemoved)
{
    const auto settings = load_with("[[plane.probe]]\nname = \"promql\"\nremove = true\n");
    EXPECT_EQ(find_probe(settings, "east/promql"), nullptr);
    EXPECT_NE(find_probe(settings, "east/api"), nullptr);
}

TEST_F(ReadyMade, AnAddedProbeBeginsWithItsPlane)
{
    const auto settings = load_with(
        "[[plane.probe]]\nname = \"page\"\nkind = \"http\"\npurpose = \"information\"\n"
        "[[plane.probe]]\nname = \"gateways\"\nkind = \"kubernetes\"\npurpose = \"kubernetes\"\n"
        "check = \"pods\"\nlabel = \"gw\"\nselector = \"app=gw\"\n"
        "[[plane.probe]]\nname = \"own\"\nkind = \"kubernetes\"\npurpose = \"information\"\n"
        "check = \"database-pods\"\nobject = \"own-db\"\nprimary_expected = false\n"
        "[[plane.probe]]\nname = \"db\"\nkind = \"postgres\"\npurpose = \"information\"\n"
        "host = \"db.test\"\nuser = \"u\"\n");
    const auto& page = options_of<HttpProbe::Options>(settings, "east/page");
    EXPECT_EQ(page.host, "east.test");
    EXPECT_EQ(page.port, 8443);
    EXPECT_EQ(page.credentials.user, "u");
    EXPECT_EQ(page.path, "/");
    EXPECT_EQ(check_of<probes::PodsCheck>(settings, "east/gateways").selector, "app=gw");
    EXPECT_EQ(check_of<probes::DatabasePodsCheck>(settings, "east/own").name, "own-db");
    EXPECT_FALSE(check_of<probes::DatabasePodsCheck>(settings, "east/own").primary_expected);
    EXPECT_EQ(options_of<PostgresProbe::Options>(settings, "east/db").instance, "db");
}

/// What stands in the plane's section from line 15 on.
struct Tuning {
    const char* name;
    const char* text;
    std::vector<std::string> problems;
};

std::ostream& operator<<(std::ostream& out, const Tuning& row) { return out << row.name; }

class WrongTuning : public ReadyMade, public testing::WithParamInterface<Tuning> {};

TEST_P(WrongTuning, IsReportedWhereItStands)
{
    EXPECT_EQ(problems_with(GetParam().text), GetParam().problems);
}

const std::string ready_names =
    "api, promql, clusters, agents, certificate, deployments, components, primary, kubegres, "
    "managementplane, keys, cronjobs, postgres-pg1";

const std::vector<Tuning> tunings{
    {"RemovesNothing",
     "[[plane.probe]]\nname = \"apis\"\nremove = true\n",
     {"16:8: plane.probe.name is not a ready-made probe of east: did you mean \"api\"?"}},
    {"MisspelledReadyMade",
     "[[plane.probe]]\nname = \"apis\"\ntimeout = \"2s\"\n",
     {"15:1: plane.probe.kind is missing: say which kind of probe this is, such as \"http\"",
      "16:8: plane.probe.name is not a ready-made probe of east: did you mean \"api\"?"}},
    {"NewWithoutKind",
     "[[plane.probe]]\nname = \"something\"\n",
     {"15:1: plane.probe.kind is missing: say which kind of probe this is, such as \"http\"",
      "16:8: plane.probe.name is not a ready-made probe of east (" + ready_names + ")"}},
    {"NewWithoutPurpose",
     "[[plane.probe]]\nname = \"x\"\nkind = \"tcp\"\n",
     {"15:1: plane.probe.purpose is missing: say what the probe is evidence of, or "
      "\"information\""}},
    {"ChangesKind",
     "[[plane.probe]]\nname = \"api\"\nkind = \"tcp\"\n",
     {"17:8: plane.probe.kind cannot change what east/api is (http): remove it and add one of "
      "another "
      "name"}},
    {"TunedTwice",
     "[[plane.probe]]\nname = \"api\"\n[[plane.probe]]\nname = \"api\"\n",
     {"18:8: plane.probe.name is \"api\" a second time: write it once"}},
    {"KeyOfAnotherKind",
     "[[plane.probe]]\nname = \"agents\"\nexpected_status = [200]\n",
     {"17:1: unknown key \"expected_status\" in plane.probe: did you mean \"expected_names\"?"}},
    {"KeyOfAnotherCheck",
     "[[plane.probe]]\nname = \"deployments\"\nobject = \"a\"\nnamess = 1\n",
     {"17:1: unknown key \"object\" in plane.probe; known are name, remove, kind, purpose, "
      "interval, "
      "burst_interval, timeout, fall, rise, window, degraded_share, down_share, check, namespace, "
      "names",
      "18:1: unknown key \"namess\" in plane.probe: did you mean \"names\"?"}},
    {"OverlapsItself",
     "[[plane.probe]]\nname = \"api\"\ninterval = \"2s\"\n",
     {"15:1: plane.probe.timeout (3s) is longer than interval (2s): the probe would overlap "
      "itself; "
      "lower the timeout or raise the interval"}},
    {"OutlastsWarmUp",
     "[[plane.probe]]\nname = \"api\"\ninterval = \"10s\"\n",
     {"15:1: east/api: fall * interval (30s) is longer than detector.warm_up (15s): the judge "
      "would "
      "speak before this signal can; raise warm_up"}},
    {"PositionAlwaysTooOld",
     "[[plane.probe]]\nname = \"postgres-pg1\"\npurpose = \"information\"\ninterval = \"57s\"\n",
     {"15:1: east/postgres-pg1: interval + timeout (1m) must be shorter than "
      "standby.position_age_max (1m): lower the interval or raise position_age_max"}},
    {"AddedWithoutCheck",
     "[[plane.probe]]\nname = \"x\"\nkind = \"kubernetes\"\npurpose = \"information\"\n",
     {"15:1: plane.probe.check is missing: say what to look at, such as \"deployments\"",
      "15:1: plane.probe.names is missing: name at least one object"}},
    {"PurposeOfOthers",
     "[[plane.probe]]\nname = \"x\"\nkind = \"tcp\"\npurpose = \"clients\"\n",
     {"18:11: plane.probe.purpose is \"clients\": write one of \"api\", \"agents\", "
      "\"kubernetes\", "
      "\"database\", \"information\""}},
    {"ShellLine",
     "[[plane.probe]]\nname = \"x\"\nkind = \"exec\"\npurpose = \"information\"\nargv = [\"ls\"]\n",
     {"19:8: plane.probe.argv must begin with the absolute path of a program: there is no shell"}},
    {"ServerByName",
     "[[plane.probe]]\nname = \"x\"\nkind = \"dns\"\npurpose = \"information\"\nservers = "
     "[\"ns.test\"]\n",
     {"19:11: plane.probe.servers holds \"ns.test\": write numeric addresses, with a port only "
      "when it "
      "is not 53"}},
    {"BadAssertion",
     "[[plane.probe]]\nname = \"api\"\njson = [{ pointer = \"status\", equals = \"READY\" }]\n",
     {"17:21: plane.probe.json.pointer must be a JSON pointer such as \"/status\"",
      "17:40: plane.probe.json.equals must be JSON text: a string is written '\"success\"'"}},
    {"HeaderOfTwoLines",
     "[[plane.probe]]\nname = \"api\"\nheaders = { \"x-a\" = \"a\\r\\nx-b: b\" }\n",
     {"17:21: header \"x-a\" must be one line of text"}},
    {"PathWithBlank",
     "[[plane.probe]]\nname = \"api\"\npath = \"/a b\"\n",
     {"17:8: plane.probe.path must start with / and hold no blank"}},
    {"StatusThatIsNone",
     "[[plane.probe]]\nname = \"api\"\nexpected_status = [200, 99]\n",
     {"17:19: plane.probe.expected_status must be an array of HTTP status codes such as [200, "
      "204]"}},
    {"BearerWithUser",
     "[[plane.probe]]\nname = \"api\"\ncredentials = { kind = \"bearer\", user = \"u\", file = "
     "\"password\" }\n",
     {"17:41: plane.probe.credentials.user is only for kind \"basic\""}},
    {"CertificateWithoutKey",
     "[[plane.probe]]\nname = \"api\"\ncertificate_file = \"ca.pem\"\n",
     {"17:20: plane.probe.certificate_file needs the other: certificate_file and key_file come "
      "together"}},
    {"MisspelledTable",
     "[[plane.postgress]]\ninstance = \"a\"\n",
     {"15:9: unknown key \"postgress\" in plane: did you mean \"postgres\"?"}},
};
INSTANTIATE_TEST_SUITE_P(Probes, WrongTuning, testing::ValuesIn(tunings), [](const auto& row) {
    return std::string(row.param.name);
});

TEST_F(ReadyMade, FingerprintsAreStable)
{
    const auto first = load_with("");
    const auto second = load_with("");
    for (std::size_t i = 0; i < first.probes.size(); ++i) {
        EXPECT_EQ(first.probes[i].settings, second.probes[i].settings);
        EXPECT_EQ(first.probes[i].settings.fingerprint.size(), 16U);
    }
    // A known answer: the same over builds and versions, so that an upgrade keeps signals.
    const auto plain =
        settings_of(minimal + "[[canary]]\nname = \"a\"\ndomain = \"d\"\ntcp = \"a.test:1\"\n");
    EXPECT_EQ(plain.probes.at(0).settings.fingerprint, "5c1641e84e318b91");
}

TEST_F(ReadyMade, FingerprintsChangeWithAnyOption)
{
    const auto before = load_with("");
    for (const auto* change :
         {"timeout = \"2s\"", "port = 1", "path = \"/x\"", "method = \"HEAD\"",
          "host_header = \"x\"", "server_name = \"x\"", "expected_status = [201]", "json = []",
          "body_max = \"1KiB\"", "headers = { a = \"b\" }", "tls = false"}) {
        const auto after =
            load_with("[[plane.probe]]\nname = \"api\"\n" + std::string(change) + "\n");
        EXPECT_NE(
            find_probe(before, "east/api")->settings.fingerprint,
            find_probe(after, "east/api")->settings.fingerprint)
            << change;
        EXPECT_EQ(
            find_probe(before, "east/agents")->settings.fingerprint,
            find_probe(after, "east/agents")->settings.fingerprint);
    }
}

TEST_F(ReadyMade, FingerprintsOfAClusterChangeWithItsContext)
{
    const auto before = load_with("");
    const auto after = load_with("context = \"other\"\n");
    EXPECT_NE(
        find_probe(before, "east/kubegres")->settings.fingerprint,
        find_probe(after, "east/kubegres")->settings.fingerprint);
    EXPECT_EQ(
        find_probe(before, "east/api")->settings.fingerprint,
        find_probe(after, "east/api")->settings.fingerprint);
}

}  // namespace
}  // namespace understudy::config::test
