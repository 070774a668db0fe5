// The unit tests' program: one suite per file, named after it. Run a part of them with
// --run_test=clock,writer; list them with --list_content.
#define BOOST_TEST_MODULE harbor
#include <boost/test/unit_test.hpp>
