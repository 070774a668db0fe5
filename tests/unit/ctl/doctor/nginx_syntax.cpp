#include "ctl/doctor/nginx_syntax.h"

#include <boost/test/unit_test.hpp>

namespace harbor::test {
namespace {

using ctl::doctor::Directive;
using ctl::doctor::Directives;
using ctl::doctor::NginxFile;

// "name(arg,arg)" and "name(arg){…}", so that a tree is one line.
std::string shape(const Directives& directives) {
  std::string text;
  for (const Directive& directive : directives) {
    text += (text.empty() ? "" : " ") + directive.name + "(";
    for (std::size_t i = 0; i < directive.arguments.size(); ++i) {
      text += (i == 0 ? "" : ",") + directive.arguments[i];
    }
    text += ')';
    if (directive.has_block) text += '{' + shape(directive.block) + '}';
  }
  return text;
}

std::string read(std::string_view text) {
  const auto directives = ctl::doctor::read_nginx(text, "f");
  return directives ? shape(*directives) : directives.error().why;
}

}  // namespace

BOOST_AUTO_TEST_SUITE(nginx_syntax)

BOOST_AUTO_TEST_CASE(words_quotes_and_blocks_are_nginxs) {
  struct Row {
    const char* text;
    const char* want;
  };
  constexpr Row kRows[] = {
      {"", ""},
      {" \t\r\n", ""},
      {"# only a word of mine; {", ""},
      {"user www-data;", "user(www-data)"},
      {"a;b;", "a() b()"},
      {"events { worker_connections 768; }", "events(){worker_connections(768)}"},
      {"events{worker_connections 768;}", "events(){worker_connections(768)}"},
      {"a # x;\n b;", "a(b)"},
      {"a b#c;", "a(b#c)"},
      {"a \"b c;{}#\" 'd \"e';", "a(b c;{}#,d \"e)"},
      {"a \"\" '';", "a(,)"},
      {R"(a "x\"y" 'x\'y' "x\\y";)", "a(x\"y,x'y,x\\y)"},
      {R"(a "x\ty\r\nz";)", "a(x\ty\r\nz)"},
      {R"(a ~ ^/\d+\.php$;)", R"(a(~,^/\d+\.php$))"},
      {R"(a b\ c\;d;)", R"(a(b\ c\;d))"},
      {"set $x ${y}z;", "set($x,${y}z)"},
      {"map $a $b { default x; ~^y$ z; }", "map($a,$b){default(x) ~^y$(z)}"},
      {"location ~ \"^/(a|b){2}$\" { x; }", "location(~,^/(a|b){2}$){x()}"},
      {"return 200 'retry: $x\\nevent: bye\\n\\n';", "return(200,retry: $x\nevent: bye\n\n)"},
      {"a{b{c{d;}}}", "a(){b(){c(){d()}}}"},
      {"\"quoted\" x;", "quoted(x)"},
      // What nginx refuses.
      {"a", "f:1: the file ends within a word"},
      {"a ", "f:1: the file ends within a directive or block"},
      {"a {", "f:1: the file ends within a directive or block"},
      {"a { b; ", "f:1: the file ends within a directive or block"},
      {";", "f:1: unexpected \";\""},
      {"{", "f:1: unexpected \"{\""},
      {"a;\n}", "f:2: unexpected \"}\""},
      {"a }", "f:1: unexpected \"}\""},
      {"a \"b", "f:1: a quote is not closed"},
      {"a \"b\"c;", "f:1: unexpected \"c\" behind a quote"},
      {"a b\\", "f:1: the file ends within a word"},
      {"\n\na b\n c", "f:4: the file ends within a word"},
  };
  for (const Row& row : kRows) BOOST_TEST(read(row.text) == row.want);
}

BOOST_AUTO_TEST_CASE(depth_and_size_are_bounded) {
  std::string deep;
  for (int i = 0; i < 1000; ++i) deep += "a{";
  BOOST_TEST(read(deep) == "f:1: blocks are nested too deep");
  BOOST_TEST(read(std::string((4 << 20) + 1, ' ')) == "f: the file is too large");
}

BOOST_AUTO_TEST_CASE(any_cut_of_a_configuration_reads_or_is_refused) {
  const std::string text =
      "http { # x\n server { listen \"80\"; location ~ '^/(a)' { return 200 'x\\n'; } } }\n";
  for (std::size_t size = 0; size <= text.size(); ++size) {
    const auto cut = ctl::doctor::read_nginx(text.substr(0, size), "f");
    BOOST_TEST((cut || !cut.error().why.empty()));
  }
}

BOOST_AUTO_TEST_CASE(lines_are_those_on_which_directives_begin) {
  const auto tree = ctl::doctor::read_nginx("a;\nb\n c;\nd {\n e;\n}\n", "/etc/x.conf");
  BOOST_REQUIRE(tree);
  BOOST_TEST(tree->at(1).place() == "x.conf:2");
  BOOST_TEST(tree->at(2).block.at(0).place() == "x.conf:5");
}

BOOST_AUTO_TEST_CASE(a_dump_is_split_into_its_files) {
  const auto files = ctl::doctor::split_nginx_dump(
      "nginx: a word before\n# configuration file /etc/nginx/nginx.conf:\nuser x;\n# mine\n\n"
      "# configuration file /etc/nginx/a.conf:\nb;\n");
  BOOST_REQUIRE(files.size() == 2U);
  BOOST_TEST(files[0].path == "/etc/nginx/nginx.conf");
  BOOST_TEST(files[0].text == "user x;\n# mine\n\n");
  BOOST_TEST(files[1].path == "/etc/nginx/a.conf");
  BOOST_TEST(files[1].text == "b;\n");
  BOOST_TEST(ctl::doctor::split_nginx_dump("nothing of that kind").empty());
}

std::string read_tree(const NginxFile& main, const std::vector<NginxFile>& files) {
  const auto tree = ctl::doctor::read_nginx_tree(main, [&](const std::string& pattern) {
    std::vector<NginxFile> found;
    for (const NginxFile& file : files) {
      if (file.path == pattern) found.push_back(file);
    }
    return found;
  });
  return tree ? shape(*tree) : tree.error().why;
}

BOOST_AUTO_TEST_CASE(includes_are_replaced_by_what_they_include) {
  const std::vector<NginxFile> files = {{"/etc/nginx/in.conf", "x; include deep/er.conf;"},
                                        {"/etc/nginx/deep/er.conf", "y { z; }"},
                                        {"/srv/own.conf", "own;"},
                                        {"/srv/bad.conf", "a }"}};
  BOOST_TEST(read_tree({"/etc/nginx/nginx.conf", "a; http { include in.conf; b; } c;"}, files) ==
             "a() http(){x() y(){z()} b()} c()");
  BOOST_TEST(read_tree({"/etc/nginx/nginx.conf", "include /srv/own.conf; include none/*.conf;"},
                       files) == "own()");
  BOOST_TEST(read_tree({"/etc/nginx/nginx.conf", "include /srv/bad.conf;"}, files) ==
             "/srv/bad.conf:1: unexpected \"}\"");
}

BOOST_AUTO_TEST_CASE(a_circle_of_includes_ends) {
  const std::vector<NginxFile> files = {{"/a", "include /b;"}, {"/b", "include /a; include /a;"}};
  BOOST_TEST(read_tree(files[0], files).ends_with(": too many includes"));
}

BOOST_AUTO_TEST_SUITE_END()
}  // namespace harbor::test
