// The configuration: explained, and judged before a worker does.
#include <ostream>

#include "core/config_sample.h"
#include "ctl/families.h"

namespace harbor::ctl {

void print_sample(const Context& context, const Arguments& /*arguments*/) {
  context.out << config_sample();
}

void check_config(const Context& context, const Arguments& /*arguments*/) {
  if (!context.config_fault.empty()) throw ConfigError(context.config_fault);
  const Config defaults = default_config();
  for (const ConfigRow& row : config_table()) {
    const std::string value = value_text(context.config, row);
    const std::string usual = value_text(defaults, row);
    if (value != usual) context.out << row.key << '\t' << value << '\t' << usual << '\n';
  }
}

}  // namespace harbor::ctl
