// What a dashboard file of this repository must look like: Grafana's own types, as strict as they can be put together.
import type * as schema from '@grafana/schema';
import type * as gauge from '@grafana/schema/dist/esm/raw/composable/gauge/panelcfg/x/GaugePanelCfg_types.gen';
import type * as heatmap from '@grafana/schema/dist/esm/raw/composable/heatmap/panelcfg/x/HeatmapPanelCfg_types.gen';
import type * as stat from '@grafana/schema/dist/esm/raw/composable/stat/panelcfg/x/StatPanelCfg_types.gen';
import type * as timeline from '@grafana/schema/dist/esm/raw/composable/statetimeline/panelcfg/x/StateTimelinePanelCfg_types.gen';
import type * as table from '@grafana/schema/dist/esm/raw/composable/table/panelcfg/x/TablePanelCfg_types.gen';
import type * as timeseries from '@grafana/schema/dist/esm/raw/composable/timeseries/panelcfg/x/TimeSeriesPanelCfg_types.gen';

/** The values of a type as JSON writes them: an enum of strings is its strings. */
type Json<T> = T extends string ? `${T}` : T extends object ? { [K in keyof T]: Json<T[K]> } : T;

/** A query to Prometheus. Grafana publishes what is common to all data sources only; the rest is from its documentation. */
interface Query extends schema.DataQuery {
  expr: string;
  legendFormat?: string;
  format?: 'time_series' | 'table' | 'heatmap';
  instant?: boolean;
  range?: boolean;
}

/** Grafana's common panel leaves options open for every kind of panel; here each kind is bound to its own. */
interface Panel<Type extends string, Options, Custom = {}>
  extends Omit<schema.Panel, 'type' | 'options' | 'fieldConfig' | 'targets'> {
  type: Type;
  options: Partial<Options>;
  fieldConfig: Omit<schema.FieldConfigSource, 'defaults'> & {
    defaults: Omit<schema.FieldConfig, 'custom' | 'links'> & { custom?: Partial<Custom>; links?: Link[] };
  };
  targets: Query[];
}

interface Link {
  title: string;
  url: string;
}

type AnyPanel =
  | schema.RowPanel
  | Panel<'gauge', gauge.Options>
  | Panel<'heatmap', heatmap.Options, heatmap.FieldConfig>
  | Panel<'stat', stat.Options>
  | Panel<'state-timeline', timeline.Options, timeline.FieldConfig>
  | Panel<'table', table.Options, table.FieldConfig>
  | Panel<'timeseries', timeseries.Options, timeseries.FieldConfig>;

export type DashboardFile = Json<Omit<schema.Dashboard, 'panels'> & { panels: AnyPanel[] }>;
