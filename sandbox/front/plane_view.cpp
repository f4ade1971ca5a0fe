#include "sandbox/front/plane_view.hpp"

#include "sandbox/control.hpp"
#include "sandbox/tasks.hpp"

#include <boost/json/serialize.hpp>

namespace understudy::sandbox {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto period = 100ms;
constexpr auto answer_max = 1s;

}  // namespace

PlaneView::PlaneView(
    asio::any_io_executor executor, std::filesystem::path kube_control, std::string kube_cluster)
    : executor_(std::move(executor)),
      kube_control_(std::move(kube_control)),
      kube_cluster_(std::move(kube_cluster))
{}

void PlaneView::start(std::function<void()> changed)
{
    changed_ = std::move(changed);
    spawn(executor_, follow(), shared_from_this());
}

asio::awaitable<void> PlaneView::follow()
{
    const json::value question{{"cmd", "serving"}, {"cluster", kube_cluster_}};
    for (;;) {
        try {
            auto answer = co_await ask_control(kube_control_, question, answer_max);
            if (answer != serving_ && boolean_at(answer, "/ok")) {
                serving_ = std::move(answer);
                changed_();
            }
        } catch (const boost::system::system_error&) {
            throw;
        } catch (const std::runtime_error&) {
            // Not there yet, or gone: what it said last still holds.
        }
        co_await sleep_for(period);
    }
}

bool PlaneView::ready(const std::string& deployment) const
{
    return integer_at(serving_, "/ready/" + deployment) > 0;
}

std::string PlaneView::pods(const std::string& deployment) const
{
    const auto* pods = find_at(serving_, "/pods/" + deployment);
    if (pods == nullptr || !pods->is_array() || pods->get_array().empty())
        return {};
    return json::serialize(*pods);
}

}  // namespace understudy::sandbox
