#include "sandbox/front/front_settings.hpp"

#include "net/secret.hpp"
#include "sandbox/settings.hpp"

namespace understudy::sandbox {

namespace {

std::shared_ptr<TlsIdentity> read_identity(Settings settings)
{
    auto identity = load_identity(settings.path("certificate"), settings.path("key"));
    settings.finish();
    return identity;
}

void read_credentials(Settings& settings, FrontSettings& front)
{
    for (auto& user : settings.sections("users")) {
        const auto password = net::read_secret(user.path("password_file"));
        front.passwords[user.text("name")] = password.reveal();
        user.finish();
    }
    for (auto& token : settings.sections("tokens")) {
        token.text("name");
        const auto secret = net::read_secret(token.path("token_file"));
        front.tokens.insert(std::string(secret.reveal()));
        token.finish();
    }
}

}  // namespace

FrontSettings load_front_settings(const std::filesystem::path& file)
{
    auto settings = Settings::load(file);
    FrontSettings front;
    front.plane = settings.text("plane");
    front.organization = settings.text("organization", front.organization);
    front.address = settings.text("address");
    front.api_port = settings.port("api_port", front.api_port);
    front.agents_port = settings.port("agents_port", front.agents_port);
    front.api_identity = read_identity(settings.section("api_certificate"));
    front.expired_identity = read_identity(settings.section("expired_certificate"));
    front.agents_identity = read_identity(settings.section("agents_certificate"));
    read_credentials(settings, front);
    front.clusters = settings.texts("clusters");
    front.database = database_settings(settings.section("database"));
    front.kube_control = settings.path("kube_control");
    front.kube_cluster = settings.text("kube_cluster");
    front.control = settings.path("control");
    front.latency = settings.milliseconds("latency_ms", front.latency);
    front.sync_record = settings.milliseconds("sync_record_ms", front.sync_record);
    settings.finish();
    return front;
}

}  // namespace understudy::sandbox
