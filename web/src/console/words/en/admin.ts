/** Administration: templates, mails, people, settings, records of what was done. */
export const admin = {
  roles: { admin: "Administrator", manager: "Manager", dispatcher: "Dispatcher", support: "Support", technician: "Technician" },
  admin: {
    title: "Administration",
  },
};
