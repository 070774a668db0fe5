#include "ctl/doctor/checks.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timex.h>
#include <sys/un.h>
#include <unistd.h>

#include <boost/test/unit_test.hpp>
#include <csignal>
#include <cstring>
#include <fstream>
#include <set>

#include "core/clock.h"
#include "ctl/doctor/clock_checks.h"
#include "ctl/doctor/families.h"
#include "ctl/doctor/kernel_checks.h"
#include "ctl/doctor/processes.h"
#include "ctl/doctor/unix_listeners.h"
#include "events/life.h"
#include "support.h"

namespace harbor::test {
namespace {

namespace doctor = ctl::doctor;
using doctor::Check;
using doctor::Examination;
using doctor::Finding;
using doctor::Findings;
using doctor::Level;

constexpr auto kNobody = [](const Finding& /*finding*/) {};

std::string word(const Finding& finding) { return std::string(doctor::word_of(finding.level)); }

Findings say_well(const Examination& /*examination*/) { return {doctor::well("good", "fine")}; }
Findings throw_it(const Examination& /*examination*/) { throw std::runtime_error("thrown"); }
Findings never_end(const Examination& /*examination*/) {
  for (;;) ::pause();
}
Findings crash(const Examination& /*examination*/) {
  ::kill(::getpid(), SIGKILL);
  return {};
}
Findings fail_it(const Examination& /*examination*/) {
  return {doctor::unsound("bad", "broken", "mend it")};
}

UniqueFd listen_at(const std::string& path, int backlog) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::memcpy(address.sun_path, path.data(), path.size());
  UniqueFd fd(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
  BOOST_REQUIRE(::bind(fd.get(), reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  BOOST_REQUIRE(::chmod(path.c_str(), 0660) == 0);
  BOOST_REQUIRE(::listen(fd.get(), backlog) == 0);
  return fd;
}

// A database as the workers leave it, and what looks at it.
struct Patient : Database {
  Examination examination{config};

  Patient() {
    events::recognise_life(config.database);
    config.http.listen = folder.file("api.sock");
    config.stream.listen = folder.file("sse.sock");
    ::chmod(folder.file("").c_str(), 0755);
    examination.timeout_ms = 2000;
  }
  Finding look(Findings (*check)(const Examination&)) {
    const Findings findings = doctor::run_check({"it", "", check}, examination);
    BOOST_REQUIRE(findings.size() == 1U);
    return findings[0];
  }
  std::string level(Findings (*check)(const Examination&)) { return word(look(check)); }
};

}  // namespace

BOOST_AUTO_TEST_SUITE(doctor_checks)

BOOST_AUTO_TEST_CASE(every_check_has_a_name_of_its_own_and_needs_an_earlier_one) {
  std::set<std::string_view> names{""};
  for (const Check& check : doctor::checks()) {
    BOOST_TEST(names.contains(check.needs), check.name);
    BOOST_TEST(names.insert(check.name).second, check.name);
  }
}

BOOST_AUTO_TEST_CASE(a_check_that_throws_hangs_or_dies_costs_its_own_line) {
  const Config config = default_config();
  Examination examination{config};
  examination.timeout_ms = 300;
  constexpr Check kRows[] = {{"good", "", say_well},
                             {"thrown", "", throw_it},
                             {"stuck", "", never_end},
                             {"dead", "", crash}};
  const std::int64_t begin = steady_ms();
  const Findings findings = doctor::run_checks(kRows, examination, kNobody);
  BOOST_TEST(steady_ms() - begin < 10'000);
  BOOST_REQUIRE(findings.size() == 4U);
  BOOST_TEST(findings[0].detail == "fine");
  BOOST_TEST(findings[1].detail == "thrown");
  BOOST_TEST(findings[2].detail == "no answer within 300 ms");
  BOOST_TEST(findings[2].code == kExitUnavailable);
  BOOST_TEST(findings[3].detail == "the check ended without a word");
}

BOOST_AUTO_TEST_CASE(what_hangs_on_a_failed_line_is_left_out) {
  const Config config = default_config();
  const Examination examination{config};
  constexpr Check kRows[] = {{"bad", "", fail_it},
                             {"hangs on it", "bad", say_well},
                             {"and on that", "hangs on it", say_well},
                             {"good", "", say_well},
                             {"more", "good", say_well}};
  int told = 0;
  const Findings findings = doctor::run_checks(kRows, examination, [&](const Finding&) { ++told; });
  BOOST_TEST(findings.size() == 3U);
  BOOST_TEST(told == 3);
}

BOOST_AUTO_TEST_CASE(the_exit_code_is_of_the_first_cause) {
  const Finding well = doctor::well("a", "b");
  const Finding warning = doctor::warning("a", "b", "c");
  const Finding setting = doctor::wrong_setting("a", "b", "c");
  const Finding gone = doctor::unreachable("a", "b", "c");
  const Finding unsound = doctor::unsound("a", "b", "c");
  BOOST_TEST(doctor::exit_code(Findings{}) == kExitOk);
  BOOST_TEST(doctor::exit_code(Findings{well, warning}) == kExitOk);
  BOOST_TEST(doctor::exit_code(Findings{well, unsound}) == kExitRefused);
  BOOST_TEST(doctor::exit_code(Findings{unsound, gone}) == kExitUnavailable);
  BOOST_TEST(doctor::exit_code(Findings{unsound, gone, setting}) == kExitConfig);
}

BOOST_AUTO_TEST_CASE(findings_cross_as_they_are) {
  const Findings sent{doctor::unreachable("a \"b\"", "\n\x01", "→"), doctor::well("c", "")};
  const Findings got = doctor::findings_from_json(doctor::to_json(sent));
  BOOST_REQUIRE(got.size() == 2U);
  BOOST_TEST(got[0].what == sent[0].what);
  BOOST_TEST(got[0].detail == sent[0].detail);
  BOOST_TEST(got[0].help == sent[0].help);
  BOOST_TEST(got[0].code == kExitUnavailable);
  BOOST_TEST((got[0].level == Level::fail && got[1].level == Level::ok));
  for (const char* text : {"", "{", "{}", "[1]", "[{}"}) doctor::findings_from_json(text);
}

BOOST_AUTO_TEST_CASE(sizes_are_for_people) {
  BOOST_TEST(doctor::size_text(0) == "0 B");
  BOOST_TEST(doctor::size_text(1536) == "1.5 KiB");
  BOOST_TEST(doctor::size_text(300 << 20) == "300 MiB");
  BOOST_TEST(doctor::size_text(std::int64_t{5} << 40) == "5.0 TiB");
}

BOOST_AUTO_TEST_CASE(a_sound_database_is_well_and_looking_changes_nothing) {
  Patient patient;
  const auto files = [&] {
    std::set<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(patient.folder.file(""))) {
      names.insert(entry.path().filename().string());
    }
    return names;
  };
  const auto before = files();
  const std::int64_t version = patient.number("PRAGMA data_version");
  for (auto* check :
       {doctor::check_database, doctor::check_writing, doctor::check_wal, doctor::check_integrity,
        doctor::check_schema, doctor::check_life, doctor::check_clock}) {
    const Finding finding = patient.look(check);
    BOOST_TEST(word(finding) == "ok", finding.what << ": " << finding.detail);
  }
  BOOST_TEST(files() == before, boost::test_tools::per_element());
  BOOST_TEST(patient.number("PRAGMA data_version") == version);
}

BOOST_AUTO_TEST_CASE(a_database_locked_by_others_cannot_be_written) {
  Patient patient;
  patient.examination.timeout_ms = 4000;  // half of it is waited for the lock
  {
    db::Connection other(patient.config.database.path, db::Mode::read_write, 0);
    other.script("BEGIN IMMEDIATE");
    BOOST_TEST(patient.level(doctor::check_writing) == "fail");
  }
  BOOST_TEST(patient.level(doctor::check_writing) == "ok");
  const UniqueFd lock(::open((patient.config.database.path + ".lock").c_str(), O_RDWR | O_CLOEXEC));
  BOOST_REQUIRE(::flock(lock.get(), LOCK_EX) == 0);
  const Finding finding = patient.look(doctor::check_writing);
  BOOST_TEST(word(finding) == "fail");
  BOOST_TEST(finding.detail.find("process " + std::to_string(::getpid())) != std::string::npos,
             finding.detail);
}

BOOST_AUTO_TEST_CASE(a_side_file_of_another_life_is_noticed) {
  Patient patient;
  std::ofstream(patient.config.database.path + ".life") << "another\n";
  BOOST_TEST(patient.level(doctor::check_life) == "warn");
  std::filesystem::remove(patient.config.database.path + ".life");
  BOOST_TEST(patient.level(doctor::check_life) == "warn");
  events::recognise_life(patient.config.database);
  BOOST_TEST(patient.level(doctor::check_life) == "ok");
}

BOOST_AUTO_TEST_CASE(another_schema_is_named) {
  Patient patient;
  patient.connection.script("DROP INDEX MessagesByTenant");
  const Finding finding = patient.look(doctor::check_schema);
  BOOST_TEST(word(finding) == "fail");
  BOOST_TEST(finding.detail.find("MessagesByTenant") != std::string::npos);
}

BOOST_AUTO_TEST_CASE(the_clock_is_judged_by_itself_and_by_the_database) {
  constexpr std::int64_t kNow = 1'795'000'000'000;
  const auto level = [](doctor::ClockFacts facts) { return word(doctor::judge_clock(facts)); };
  BOOST_TEST(level({kNow, std::nullopt}) == "ok");
  BOOST_TEST(level({kNow, kNow}) == "ok");
  BOOST_TEST(level({kNow, kNow + 1'000}) == "ok");
  BOOST_TEST(level({kNow, kNow + 60'000}) == "fail");
  BOOST_TEST(level({0, std::nullopt}) == "fail");
  BOOST_TEST(level({kNow * 3, std::nullopt}) == "fail");
  BOOST_TEST(word(doctor::judge_clock_source(TIME_OK, 0)) == "ok");
  BOOST_TEST(word(doctor::judge_clock_source(TIME_ERROR, 0)) == "warn");
  BOOST_TEST(word(doctor::judge_clock_source(-1, EPERM)) == "warn");
}

BOOST_AUTO_TEST_CASE(events_of_the_future_are_noticed) {
  Patient patient;
  patient.add_tenant("acme");
  patient.append_events("acme", 3);
  BOOST_TEST(patient.level(doctor::check_clock) == "ok");
  patient.write([&] {
    db::execute(patient.connection, "UPDATE Events SET CreatedAt = ? WHERE Seq = 3",
                rfc3339(now_ms() + 3'600'000));
  });
  BOOST_TEST(patient.level(doctor::check_clock) == "fail");
}

BOOST_AUTO_TEST_CASE(a_drop_in_is_read_as_systemd_does) {
  const auto settings = doctor::read_sysctl(
      "# a = 1\n; b = 2\n\n net.core.somaxconn = 4096 \n-net/ipv4/x=1\nnothing\nc=d=e");
  BOOST_REQUIRE(settings.size() == 3U);
  BOOST_TEST(settings[0].name == "net.core.somaxconn");
  BOOST_TEST(settings[0].value == "4096");
  BOOST_TEST(settings[1].name == "net.ipv4.x");
  BOOST_TEST(settings[2].value == "d=e");
}

BOOST_AUTO_TEST_CASE(a_setting_may_be_better_than_wanted) {
  const auto level = [](const char* name, const char* wanted, const char* live) {
    return word(doctor::judge_setting({name, wanted}, live));
  };
  BOOST_TEST(level("net.core.somaxconn", "4096", "4096\n") == "ok");
  BOOST_TEST(level("net.core.somaxconn", "4096", "65535\n") == "ok");
  BOOST_TEST(level("net.core.somaxconn", "4096", "128\n") == "fail");
  BOOST_TEST(level("net.core.somaxconn", "4096", "") == "fail");
  BOOST_TEST(level("net.ipv4.tcp_notsent_lowat", "16384", "4294967295\n") == "warn");
  BOOST_TEST(level("net.ipv4.tcp_notsent_lowat", "16384", "8192") == "ok");
  BOOST_TEST(level("net.ipv4.tcp_retries2", "8", "15") == "warn");
  BOOST_TEST(level("vm.something", "1 2", "1 2") == "ok");
  BOOST_TEST(level("vm.something", "1", "2") == "warn");
}

BOOST_AUTO_TEST_CASE(what_the_kernel_says_of_processes_is_read) {
  constexpr const char* kLimits =
      "Limit                     Soft Limit           Hard Limit           Units     \n"
      "Max processes             96000                96000                processes \n"
      "Max open files            1024                 524288               files     \n";
  BOOST_TEST(doctor::open_files_of(kLimits) == 1024);
  BOOST_TEST(doctor::open_files_of("Max open files            unlimited  unlimited files\n") ==
             doctor::kUnlimited);
  BOOST_TEST(doctor::open_files_of("") == 0);
  const std::string cmdline("harbor-sse\0--config\0/a b\0--config\0/c\0", 36);
  BOOST_TEST(doctor::first_config_of(cmdline) == "/a b");
  BOOST_TEST(doctor::first_config_of(std::string("x\0--config", 10)) == "");
}

BOOST_AUTO_TEST_CASE(the_queue_of_a_socket_is_what_the_kernel_made_of_it) {
  Patient patient;
  BOOST_TEST(patient.level(doctor::check_backlog) == "warn");  // nobody listens
  const UniqueFd api = listen_at(patient.config.http.listen, 4096);
  const auto listeners = doctor::unix_listeners();
  BOOST_REQUIRE(listeners.has_value());
  const auto found = std::find_if(listeners->begin(), listeners->end(), [&](const auto& listener) {
    return listener.path == patient.config.http.listen;
  });
  BOOST_REQUIRE((found != listeners->end()));
  BOOST_TEST(found->waiting == 0);
  if (found->backlog == 4096) BOOST_TEST(patient.level(doctor::check_backlog) == "ok");
  const UniqueFd sse = listen_at(patient.config.stream.listen, 17);
  const Finding finding = patient.look(doctor::check_backlog);
  BOOST_TEST(word(finding) == "fail");
  if (found->backlog == 4096) {
    BOOST_TEST(finding.detail == patient.config.stream.listen + ": 17 may wait, not 4096");
  }
}

BOOST_AUTO_TEST_CASE(a_socket_that_everybody_may_open_is_a_fault) {
  Patient patient;
  const UniqueFd api = listen_at(patient.config.http.listen, 16);
  BOOST_TEST(patient.level(doctor::check_socket_access) == "ok");
  ::chmod(patient.config.http.listen.c_str(), 0666);
  BOOST_TEST(patient.level(doctor::check_socket_access) == "fail");
  ::chmod(patient.config.http.listen.c_str(), 0660);
  ::chmod(patient.folder.file("").c_str(), 0777);
  BOOST_TEST(patient.level(doctor::check_socket_access) == "fail");
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
