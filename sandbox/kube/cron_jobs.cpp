#include "sandbox/kube/cron_jobs.hpp"

#include "net/process.hpp"
#include "sandbox/kube/conditions.hpp"
#include "sandbox/tasks.hpp"

#include <fmt/format.h>

namespace understudy::sandbox {

namespace asio = boost::asio;
using namespace std::chrono_literals;

namespace {

constexpr auto program_max = 60s;
constexpr std::size_t jobs_kept = 3;  ///< As `spec.successfulJobsHistoryLimit` by default.

const ResourceType& job_type() { return type_of_kind("Job"); }
const ResourceType& cron_job_type() { return type_of_kind("CronJob"); }

json::value job_object(const json::value& cron_job, const std::string& name)
{
    const json::object owner{
        {"apiVersion", "batch/v1"},
        {"kind", "CronJob"},
        {"name", text_at(cron_job, "/metadata/name")},
        {"uid", text_at(cron_job, "/metadata/uid")},
        {"controller", true}};
    return {
        {"metadata",
         {{"name", name},
          {"namespace", text_at(cron_job, "/metadata/namespace")},
          {"labels", {{"job-name", name}}},
          {"ownerReferences", json::array{owner}}}},
        {"spec", {{"parallelism", 1}, {"completions", 1}, {"backoffLimit", 0}}},
        {"status", {{"active", 1}, {"startTime", timestamp_now()}}}};
}

}  // namespace

CronJobs::CronJobs(
    asio::any_io_executor executor,
    std::shared_ptr<ObjectStore> store,
    std::string name_space,
    std::vector<CronJobSettings> jobs)
    : executor_(std::move(executor)),
      store_(std::move(store)),
      name_space_(std::move(name_space)),
      jobs_(std::move(jobs))
{}

void CronJobs::start()
{
    for (const auto& job : jobs_) {
        if (!job.command.empty())
            spawn(executor_, run_again_and_again(job), shared_from_this());
    }
}

asio::awaitable<void> CronJobs::run_again_and_again(CronJobSettings job)
{
    for (;;) {
        co_await sleep_for(job.period);
        if (is_wanted(job.name))
            co_await run_once(job);
    }
}

bool CronJobs::is_wanted(const std::string& cron_job) const
{
    const auto* found = store_->find({cron_job_type().qualified(), name_space_, cron_job});
    return found != nullptr && !boolean_at(*found, "/spec/suspend");
}

asio::awaitable<void> CronJobs::run_once(const CronJobSettings& job)
{
    const auto name = begin(job.name);
    auto argv = job.command;
    const bool succeeded = co_await run(std::move(argv));
    end(job.name, name, succeeded);
    forget_oldest(job.name);
}

std::string CronJobs::begin(const std::string& cron_job)
{
    auto object = *store_->find({cron_job_type().qualified(), name_space_, cron_job});
    const auto name = fmt::format("{}-{}", cron_job, ++made_);
    store_->create(job_type(), job_object(object, name));
    set_at(object, "/status/lastScheduleTime", json::value(timestamp_now()));
    store_->replace(cron_job_type(), std::move(object), Part::whole);
    return name;
}

void CronJobs::end(const std::string& cron_job, const std::string& job, bool succeeded)
{
    if (const auto* found = store_->find({job_type().qualified(), name_space_, job})) {
        auto object = *found;
        remove_at(object, "/status/active");
        set_at(object, succeeded ? "/status/succeeded" : "/status/failed", 1);
        if (succeeded)
            set_at(object, "/status/completionTime", json::value(timestamp_now()));
        set_condition(
            object, succeeded ? "Complete" : "Failed", true,
            succeeded ? "Completed" : "BackoffLimitExceeded");
        store_->replace(job_type(), std::move(object), Part::whole);
    }
    const auto* found = store_->find({cron_job_type().qualified(), name_space_, cron_job});
    if (!succeeded || found == nullptr)
        return;
    auto object = *found;
    set_at(object, "/status/lastSuccessfulTime", json::value(timestamp_now()));
    store_->replace(cron_job_type(), std::move(object), Part::whole);
}

void CronJobs::forget_oldest(const std::string& cron_job)
{
    if (made_ > jobs_kept) {
        const auto oldest = fmt::format("{}-{}", cron_job, made_ - jobs_kept);
        const ObjectKey key{job_type().qualified(), name_space_, oldest};
        if (store_->find(key) != nullptr)
            store_->remove(key);
    }
}

asio::awaitable<bool> CronJobs::run(std::vector<std::string> argv)
{
    net::ProcessOptions options;
    options.argv = std::move(argv);
    options.timeout = program_max;
    const auto command = fmt::format("{}", fmt::join(options.argv, " "));
    const auto result = co_await net::run_process(executor_, std::move(options));
    const bool done = result.end == net::ProcessEnd::exited && result.code == 0;
    if (!done)
        fmt::print(
            stderr, "job: `{}` {}: {}{}\n", command, net::describe(result), result.output,
            result.error_output);
    co_return done;
}

}  // namespace understudy::sandbox
