#pragma once
// The functions of the table of checks, by family; each family is one source file.

#include "ctl/doctor/finding.h"

namespace harbor::ctl::doctor {

Findings check_configuration(const Examination& examination);
Findings check_issuer_keys(const Examination& examination);

Findings check_database(const Examination& examination);
Findings check_writing(const Examination& examination);
Findings check_durability(const Examination& examination);
Findings check_space(const Examination& examination);
Findings check_wal(const Examination& examination);
Findings check_integrity(const Examination& examination);
Findings check_schema(const Examination& examination);
Findings check_life(const Examination& examination);

Findings check_redis(const Examination& examination);

Findings check_api_socket(const Examination& examination);
Findings check_sse_socket(const Examination& examination);
Findings check_socket_access(const Examination& examination);
Findings check_backlog(const Examination& examination);

Findings check_nginx(const Examination& examination);

Findings check_api_files(const Examination& examination);
Findings check_sse_files(const Examination& examination);

Findings check_clock(const Examination& examination);
Findings check_clock_source(const Examination& examination);

Findings check_kernel(const Examination& examination);

}  // namespace harbor::ctl::doctor
