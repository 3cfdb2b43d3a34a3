/** What whoever builds dashboards is told: for which services, out of which data source. */
export interface BuildDashboardProps {
  readonly dataSource: { readonly uid: string; readonly name: string };
  /** None for all of them. */
  readonly services: readonly string[];
}
