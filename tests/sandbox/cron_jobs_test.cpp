#include "sandbox/kube/cron_jobs.hpp"

#include <boost/asio/io_context.hpp>
#include <boost/json/parse.hpp>
#include <gtest/gtest.h>

#include <functional>

namespace {

using namespace understudy::sandbox;
using namespace std::chrono_literals;
namespace asio = boost::asio;

class CronJobWithACommand : public testing::Test {
protected:
    void start(std::vector<std::string> command)
    {
        store_->create(
            type_of_kind("CronJob"),
            json::parse(
                R"({"metadata":{"name":"restore","namespace":"tsb"},"spec":{"suspend":false},"status":{}})"));
        CronJobSettings job;
        job.name = "restore";
        job.command = std::move(command);
        job.period = 5ms;
        jobs_ = std::make_shared<CronJobs>(
            io_.get_executor(), store_, "tsb", std::vector<CronJobSettings>{job});
        jobs_->start();
    }

    bool run_until(const std::function<bool()>& holds)
    {
        const auto end = std::chrono::steady_clock::now() + 20s;
        while (!holds() && std::chrono::steady_clock::now() < end)
            io_.run_one_for(1s);
        return holds();
    }

    std::vector<const json::value*> shown() const { return store_->list("jobs.batch", "tsb"); }
    const json::value& cron_job() const
    {
        return *store_->find({"cronjobs.batch", "tsb", "restore"});
    }

    void suspend()
    {
        auto object = cron_job();
        set_at(object, "/spec/suspend", true);
        store_->replace(type_of_kind("CronJob"), std::move(object), Part::main);
    }

    asio::io_context io_{1};
    std::shared_ptr<ObjectStore> store_ = std::make_shared<ObjectStore>();
    std::shared_ptr<CronJobs> jobs_;
};

TEST_F(CronJobWithACommand, ShowsAJobThatBelongsToItAndEnds)
{
    start({"true"});
    ASSERT_TRUE(run_until([&] { return !shown().empty(); }));
    const auto& job = *shown().front();
    EXPECT_EQ(text_at(job, "/metadata/ownerReferences/0/kind"), "CronJob");
    EXPECT_EQ(text_at(job, "/metadata/ownerReferences/0/name"), "restore");
    EXPECT_EQ(integer_at(job, "/status/active"), 1);
    ASSERT_TRUE(run_until(
        [&] { return text_at(cron_job(), "/status/lastSuccessfulTime").starts_with("20"); }));
    EXPECT_EQ(text_at(*shown().front(), "/status/conditions/0/type"), "Complete");
    EXPECT_EQ(integer_at(*shown().front(), "/status/active"), 0);
}

TEST_F(CronJobWithACommand, AFailureIsNoSuccess)
{
    start({"false"});
    ASSERT_TRUE(run_until([&] {
        return !shown().empty() &&
               text_at(*shown().front(), "/status/conditions/0/type") == "Failed";
    }));
    EXPECT_EQ(find_at(cron_job(), "/status/lastSuccessfulTime"), nullptr);
}

TEST_F(CronJobWithACommand, SuspendingStopsTheNextJobAndNotTheOneThatRuns)
{
    start({"sleep", "0.1"});
    ASSERT_TRUE(run_until([&] { return !shown().empty(); }));
    suspend();
    ASSERT_TRUE(run_until(
        [&] { return text_at(*shown().front(), "/status/conditions/0/type") == "Complete"; }));
    // Ten periods, in each of which the next could have begun.
    for (int period = 0; period < 10; ++period)
        io_.run_one_for(1s);
    EXPECT_EQ(shown().size(), 1U);
}

TEST_F(CronJobWithACommand, KeepsItsLastJobsOnly)
{
    start({"true"});
    ASSERT_TRUE(run_until([&] {
        return store_->find({"jobs.batch", "tsb", "restore-5"}) != nullptr;
    }));
    EXPECT_LE(shown().size(), 4U);
    EXPECT_EQ(store_->find({"jobs.batch", "tsb", "restore-1"}), nullptr);
}

}  // namespace
