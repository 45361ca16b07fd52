/** The runtime half of the Deliveries sidebar: the admin API that it asks. */
import { registerAdminApi } from '../runtime/admin/admin-api';
import type { Red } from '../runtime/red';

export = (red: Red): void => {
  registerAdminApi(red);
};
