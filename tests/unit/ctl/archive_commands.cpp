#include <boost/test/unit_test.hpp>
#include <fstream>
#include <sstream>

#include "ctl/archive_file.h"
#include "ctl/shell.h"
#include "events/log.h"

namespace harbor::test {
BOOST_AUTO_TEST_SUITE(archive_commands)

std::string line(int number, std::optional<int> parent = {}) {
  const std::string text = std::to_string(number);
  const std::string answers = parent ? "\"<" + std::to_string(*parent) + "@x>\"" : "null";
  return R"({"messageId":"<)" + text + R"(@x>","inReplyTo":)" + answers +
         R"(,"date":"2009-11-17T15:28:37Z","from":"ann@x.example","fromName":"Ann",)"
         R"("to":["bob@x.example"],"subject":"S )" +
         text + R"(","body":"B","attachments":[]})";
}

struct Post : Ready {
  Post() { BOOST_TEST(run({"tenant", "add", "globex", "--name", "Globex"}) == kExitOk); }

  std::string file(const std::string& text, const std::string& name = "mail.jsonl") {
    std::ofstream(folder.file(name)) << text;
    return folder.file(name);
  }
  events::Head head() {
    db::Connection connection = open();
    return events::read_head(connection, "acme").value();
  }
  std::int64_t messages() {
    db::Connection connection = open();
    db::Query row(connection, "SELECT COUNT(*) FROM Messages");
    return row.next() ? row.integer(0) : -1;
  }
};

BOOST_AUTO_TEST_CASE(an_import_tells_every_page_once_and_a_second_one_nobody) {
  Post post;
  const std::string mail = post.file(line(1) + "\n\n" + line(2, 1) + "\r\n" + line(3, 9));
  const auto before = post.head();
  BOOST_TEST(post.run({"import", mail, "--tenant", "acme"}) == kExitOk);
  BOOST_TEST(post.out ==
             "3 messages imported into acme, 0 there already, 2 people and 2 memberships added, 1"
             " unknown parents, 0 attachments left aside\n");
  BOOST_TEST(post.notes.find("<9@x>") != std::string::npos);
  const auto after = post.head();
  BOOST_TEST(after.epoch != before.epoch);
  BOOST_TEST(post.run({"import", mail, "--tenant", "acme"}) == kExitOk);
  BOOST_TEST(post.out.starts_with("0 messages imported into acme, 3 there already, 0 people"));
  BOOST_TEST(post.head().epoch == after.epoch);
}

BOOST_AUTO_TEST_CASE(more_than_a_batch_is_imported_in_several_transactions) {
  Post post;
  std::string text;
  for (int i = 1; i <= 450; ++i) text += line(i, i - 1) + "\n";
  BOOST_TEST(post.run({"import", post.file(text), "--tenant", "acme"}) == kExitOk);
  BOOST_TEST(post.messages() == 450);
  BOOST_TEST(post.run({"export", "--tenant", "acme"}) == kExitOk);
  BOOST_TEST(std::count(post.out.begin(), post.out.end(), '\n') == 450);
}

BOOST_AUTO_TEST_CASE(a_bad_line_is_named_and_nothing_is_stored) {
  Post post;
  std::string text;
  for (int i = 1; i <= 300; ++i) text += line(i) + "\n";
  const std::string mail = post.file(text + "{\"messageId\":\"<x>\"}\n");
  BOOST_TEST(post.run({"import", mail, "--tenant", "acme"}) == kExitRefused);
  BOOST_TEST(post.notes == "harborctl: " + mail + ":301: date is missing.\n");
  BOOST_TEST(post.messages() == 0);
}

BOOST_AUTO_TEST_CASE(a_fault_cannot_write_to_the_terminal) {
  Post post;
  const std::string mail = post.file("{\"\\u001b[2J\":1}\n");
  BOOST_TEST(post.run({"import", mail, "--tenant", "acme"}) == kExitRefused);
  BOOST_TEST(post.notes.find('\x1b') == std::string::npos);
}

BOOST_AUTO_TEST_CASE(a_dry_run_counts_and_stores_nothing) {
  Post post;
  post.run({"import", post.file(line(1)), "--tenant", "acme"});
  const std::string mail = post.file(line(1) + "\n" + line(2) + "\n");
  BOOST_TEST(post.run({"import", "--dry-run", mail, "--tenant", "acme"}) == kExitOk);
  BOOST_TEST(post.out == "1 messages would be imported into acme, 1 are there already\n");
  BOOST_TEST(post.messages() == 1);
}

BOOST_AUTO_TEST_CASE(an_export_imports_into_another_tenant_and_exports_alike) {
  Post post;
  post.run({"import", post.file(line(1) + "\n" + line(2, 1) + "\n"), "--tenant", "acme"});
  BOOST_TEST(post.run({"export", "--tenant", "acme"}) == kExitOk);
  const std::string first = post.out;
  BOOST_TEST(first == line(1) + "\n" + line(2, 1) + "\n");
  BOOST_TEST(post.run({"import", post.file(first), "--tenant", "globex"}) == kExitOk);
  BOOST_TEST(post.run({"export", "--tenant", "globex"}) == kExitOk);
  BOOST_TEST(post.out == first);
}

BOOST_AUTO_TEST_CASE(the_real_mail_makes_the_round) {
  const std::string mail = std::string(HARBOR_SHARED_DATA) + "/mail.jsonl";
  if (!std::ifstream(mail)) {
    BOOST_TEST_MESSAGE("left out: there is no " << mail);
    return;
  }
  Post post;
  BOOST_TEST(post.run({"import", mail, "--tenant", "acme"}) == kExitOk);
  BOOST_TEST(post.messages() == 52);
  post.run({"export", "--tenant", "acme"});
  const std::string first = post.out;
  BOOST_TEST(std::count(first.begin(), first.end(), '\n') == 52);
  BOOST_TEST(post.run({"import", post.file(first), "--tenant", "globex"}) == kExitOk);
  post.run({"export", "--tenant", "globex"});
  BOOST_TEST(post.out == first);
}

BOOST_AUTO_TEST_CASE(a_missing_tenant_or_file_is_refused) {
  Post post;
  BOOST_TEST(post.run({"import", post.file(line(1)), "--tenant", "nowhere"}) == kExitRefused);
  BOOST_TEST(post.run({"export", "--tenant", "nowhere"}) == kExitRefused);
  BOOST_TEST(post.run({"import", post.folder.file("none"), "--tenant", "acme"}) == kExitRefused);
  BOOST_TEST(post.run({"import", post.folder.file("none")}) == kExitUsage);
  BOOST_TEST(post.run({"import", post.file(""), "--tenant", "acme"}) == kExitOk);
}

BOOST_AUTO_TEST_CASE(a_line_beyond_the_bound_is_refused_with_its_number) {
  Post post;
  {
    std::ofstream stream(post.folder.file("long"));
    stream << line(1) << '\n';
    const std::string chunk(1 << 20, 'x');
    for (int i = 0; i < 65; ++i) stream << chunk;
  }
  ctl::ArchiveFile file(post.folder.file("long"));
  std::string text;
  BOOST_TEST(file.next(text));
  BOOST_CHECK_THROW(file.next(text), ctl::Refused);
  BOOST_TEST(file.place().ends_with("long:2"));
  file.rewind();
  BOOST_TEST(file.next(text));
  BOOST_TEST(text == line(1));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
